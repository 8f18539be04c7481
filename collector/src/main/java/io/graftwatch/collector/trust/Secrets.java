package io.graftwatch.collector.trust;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;

/// Random names and secrets.
public final class Secrets {
  private final SecureRandom random;

  public Secrets(SecureRandom random) {
    this.random = random;
  }

  /// `bytes` random bytes as base64url without padding.
  public String next(int bytes) {
    byte[] secret = new byte[bytes];
    random.nextBytes(secret);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }

  /// `bytes` random bytes as hexadecimal digits.
  public String hex(int bytes) {
    byte[] name = new byte[bytes];
    random.nextBytes(name);
    return HexFormat.of().formatHex(name);
  }

  /// UUIDv7 (RFC 9562 section 5.7): sorts by the time of its making.
  ///
  /// @param nowMillis milliseconds since the epoch
  public String agentId(long nowMillis) {
    long high = (nowMillis << 16) | 0x7000 | random.nextInt(0x1000);
    long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }
}
