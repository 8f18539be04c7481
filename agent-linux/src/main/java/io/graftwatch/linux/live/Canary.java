package io.graftwatch.linux.live;

import io.graftwatch.linux.kernel.Prctl;
import io.graftwatch.linux.rules.Abi;
import io.graftwatch.linux.rules.AuditRules;
import io.graftwatch.linux.rules.Syscall;
import java.nio.charset.StandardCharsets;

/// Proves from end to end that the kernel still tells us what it should: a harmless system call
/// that only our own rule records, made on a thread that was started for it, must come back as a
/// record. (A thread that has been there for long would still be recorded under a rule that blinds
/// all new tasks.)
final class Canary {
  /// Where in a record the fields begin at the latest.
  private static final int HEAD = 48;

  private final byte[] call;
  private final byte[] argument;
  private final int tag;
  private int sung;
  private volatile int heard;

  /// @param pid the agent's process id, so that two agents on a host know their calls apart
  Canary(Abi abi, int pid) {
    tag = pid << 16;
    call = (" syscall=" + Syscall.PRCTL.number(abi) + " ").getBytes(StandardCharsets.US_ASCII);
    argument =
        (" a0=" + Integer.toHexString(AuditRules.CANARY) + " a1=")
            .getBytes(StandardCharsets.US_ASCII);
  }

  /// Makes the call, on a new thread, with a number that grows.
  void sing() {
    sung = (sung + 1) & 0xFFFF;
    int nonce = tag | sung;
    Thread.ofPlatform()
        .name("audit-canary")
        .daemon(true)
        .start(() -> Prctl.call(AuditRules.CANARY, nonce));
  }

  /// Looks whether a SYSCALL record is the canary's. Called for each, on the parser's thread.
  void listen(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int at = find(call, bytes, offset, Math.min(end, offset + HEAD + call.length));
    if (at < 0) {
      return;
    }
    at = find(argument, bytes, at, end);
    if (at >= 0) {
      int nonce = hex(bytes, at + argument.length, end);
      if ((nonce & 0xFFFF_0000) == tag) {
        heard = nonce & 0xFFFF;
      }
    }
  }

  /// Whether the newest call has come back.
  boolean heard() {
    return heard == sung;
  }

  private static int find(byte[] wanted, byte[] bytes, int from, int end) {
    for (int i = from; i <= end - wanted.length; i++) {
      int matched = 0;
      while (matched < wanted.length && bytes[i + matched] == wanted[matched]) {
        matched++;
      }
      if (matched == wanted.length) {
        return i;
      }
    }
    return -1;
  }

  private static int hex(byte[] bytes, int from, int end) {
    int value = 0;
    for (int i = from; i < Math.min(end, from + 8); i++) {
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        break;
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
