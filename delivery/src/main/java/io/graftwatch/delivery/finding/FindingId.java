package io.graftwatch.delivery.finding;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The names of findings, which must be the same after any restart, replay or order of events.
///
/// `finding_info.uid` is `gw-` and the first 128 bits, in hex, of SHA-256 over host, server kind,
/// instance key and implant key (UTF-8, NUL between). `metadata.uid` is that, `-`, and the
/// revision.
public final class FindingId {
  private static final HexFormat HEX = HexFormat.of();
  private static final int BYTES = 16;

  private FindingId() {}

  /// @return `finding_info.uid`: `gw-` and 32 hexadecimal digits
  public static String of(String host, String serverKind, String instanceKey, String implantKey) {
    MessageDigest sha256 = sha256();
    update(sha256, host);
    sha256.update((byte) 0);
    update(sha256, serverKind);
    sha256.update((byte) 0);
    update(sha256, instanceKey);
    sha256.update((byte) 0);
    update(sha256, implantKey);
    return "gw-" + HEX.formatHex(sha256.digest(), 0, BYTES);
  }

  /// @param revision 1 for the Create, one more for each Update and Close
  /// @return `metadata.uid`
  public static String revision(String findingUid, int revision) {
    if (revision < 1) {
      throw new IllegalArgumentException("revision < 1: " + revision);
    }
    return findingUid + '-' + revision;
  }

  private static void update(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
