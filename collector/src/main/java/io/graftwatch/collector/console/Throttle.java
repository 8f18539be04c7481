package io.graftwatch.collector.console;

import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.RateLimit;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.People.Account;
import io.graftwatch.collector.trust.Secrets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Slows down guessing, per address and per account. Whoever guesses spends the tries of strangers
/// only: a browser that somebody has signed in with before shows so with a cookie, and has tries of
/// its own for that account. So nobody can lock somebody else out.
final class Throttle {
  private static final String DEVICE = "__Host-graftwatch-device";
  private static final long DEVICE_SECONDS = 365L * 24 * 3600;
  private static final int NONCE_BYTES = 16;

  private final RateLimit addresses = new RateLimit(10, 6_000);
  private final RateLimit accounts = new RateLimit(20, 30_000);
  private final RateLimit devices = new RateLimit(10, 6_000);
  private final Secrets secrets;

  Throttle(Secrets secrets) {
    this.secrets = secrets;
  }

  /// Takes a try at an account, before its password is looked at.
  ///
  /// @param account null when nobody has the name, which makes no difference
  /// @throws Refusal 429
  void take(Call call, String name, @Nullable Account account) throws Refusal {
    String device = call.cookie(DEVICE);
    if (device != null && account != null && isKnown(device, account)) {
      devices.take(device, call.now());
    } else {
      takeAddress(call);
      accounts.take(name, call.now());
    }
  }

  void takeAddress(Call call) throws Refusal {
    addresses.take(call.remote().getHostAddress(), call.now());
  }

  /// The cookie by which a browser is known for an account until its password changes.
  String deviceCookie(Account account) {
    String nonce = secrets.next(NONCE_BYTES);
    return "%s=%s.%s; Path=/; Max-Age=%d; Secure; HttpOnly; SameSite=Strict"
        .formatted(DEVICE, nonce, seal(nonce, account), DEVICE_SECONDS);
  }

  private static boolean isKnown(String device, Account account) {
    int dot = device.indexOf('.');
    return dot > 0
        && Digest.of(device.substring(dot + 1))
            .equals(Digest.of(seal(device.substring(0, dot), account)));
  }

  /// The stored hash is secret and salted, so it keys the seal, and nothing more need be stored.
  private static String seal(String nonce, Account account) {
    Digest inner = Digest.of(nonce + " device " + account.password());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(inner.bytes());
  }
}
