package io.graftwatch.collector.trust;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// Hashes passwords with Argon2id (RFC 9106), as `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. A hash
/// says how it was made, so the cost may grow and old ones stay good.
public final class Passwords {
  private static final int KIB = 19 * 1024;
  private static final int PASSES = 2;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  /// Each takes its memory for a moment; whoever comes more waits.
  private static final int AT_ONCE = 2;

  private final SecureRandom random;
  private final Semaphore free = new Semaphore(AT_ONCE, true);
  private final String nobody;

  public Passwords(SecureRandom random) {
    this.random = random;
    this.nobody = stored(KIB, PASSES, 1, new byte[SALT_BYTES], new byte[HASH_BYTES]);
  }

  public String hash(String password) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return stored(KIB, PASSES, 1, salt, argon2(password, KIB, PASSES, 1, salt, HASH_BYTES));
  }

  /// A hash that no password has: comparing with it takes as long as with any other.
  public String nobody() {
    return nobody;
  }

  /// @param stored as [#hash] made it; nothing fits what is no such hash
  public boolean fits(String password, String stored) {
    String[] parts = stored.split("\\$", -1);
    if (parts.length != 6 || !parts[1].equals("argon2id") || !parts[2].equals("v=19")) {
      return false;
    }
    String[] cost = parts[3].split("[=,]", -1);
    if (cost.length != 6) {
      return false;
    }
    byte[] wanted = Base64.getDecoder().decode(parts[5]);
    byte[] found =
        argon2(
            password,
            Integer.parseInt(cost[1]),
            Integer.parseInt(cost[3]),
            Integer.parseInt(cost[5]),
            Base64.getDecoder().decode(parts[4]),
            wanted.length);
    return MessageDigest.isEqual(found, wanted);
  }

  private static String stored(int kib, int passes, int lanes, byte[] salt, byte[] hash) {
    var base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(kib, passes, lanes, base64.encodeToString(salt), base64.encodeToString(hash));
  }

  private byte[] argon2(String password, int kib, int passes, int lanes, byte[] salt, int bytes) {
    var generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(kib)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    byte[] hash = new byte[bytes];
    free.acquireUninterruptibly();
    try {
      // The same letters hash the same, however a keyboard composes them.
      byte[] text =
          Normalizer.normalize(password, Normalizer.Form.NFKC).getBytes(StandardCharsets.UTF_8);
      generator.generateBytes(text, hash);
    } finally {
      free.release();
    }
    return hash;
  }
}
