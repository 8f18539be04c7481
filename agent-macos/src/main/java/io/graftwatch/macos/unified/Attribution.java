package io.graftwatch.macos.unified;

import org.jspecify.annotations.Nullable;

/// A line of tccd about who asks for a right, and who is responsible for whoever asks.
///
/// @param responsible null when the asking process is responsible for itself
/// @param accessing the process that wants the right, null when it is the requesting one
/// @param requesting the process that sent the request, null when the line does not say
record Attribution(
    @Nullable Party responsible, @Nullable Party accessing, @Nullable Party requesting) {

  /// A process in such a line.
  ///
  /// @param auid audit user; -1 when there is none
  record Party(String identifier, int pid, int auid, int euid, String path) {}

  static final String PREFIX = "AUTHREQ_ATTRIBUTION: ";

  private static final String OPEN = "={TCCDProcess: identifier=";
  private static final String OSASCRIPT = "com.apple.osascript";

  /// Reads a message of tccd; null when it is no such line.
  static @Nullable Attribution read(String message) {
    if (!message.startsWith(PREFIX) || message.indexOf("attribution={") < 0) {
      return null;
    }
    Party responsible = party(message, "responsible");
    Party accessing = party(message, "accessing");
    Party requesting = party(message, "requesting");
    return responsible == null && accessing == null && requesting == null
        ? null
        : new Attribution(responsible, accessing, requesting);
  }

  /// The process that runs AppleScript, or null.
  @Nullable Party script() {
    return isScript(requesting) ? requesting : isScript(accessing) ? accessing : null;
  }

  private static boolean isScript(@Nullable Party party) {
    return party != null
        && (party.identifier.equals(OSASCRIPT) || party.path.equals("/usr/bin/osascript"));
  }

  private static @Nullable Party party(String message, String role) {
    int at = message.indexOf(role + OPEN);
    if (at < 0) {
      return null;
    }
    int from = at + role.length() + OPEN.length();
    int pidAt = message.indexOf(", pid=", from);
    int auidAt = message.indexOf(", auid=", pidAt);
    int euidAt = message.indexOf(", euid=", auidAt);
    int pathAt = message.indexOf(", binary_path=", euidAt);
    int end = message.indexOf('}', pathAt);
    int euidEnd = message.indexOf(',', euidAt + 1);
    if (pidAt < 0 || auidAt < pidAt || euidAt < auidAt || pathAt < euidAt || end < pathAt) {
      return null;
    }
    int pid = number(message, pidAt + 6, auidAt);
    if (pid < 0) {
      return null;
    }
    return new Party(
        message.substring(from, pidAt),
        pid,
        number(message, auidAt + 7, euidAt),
        number(message, euidAt + 7, euidEnd),
        message.substring(pathAt + 14, end));
  }

  /// Decimal digits; -1 when it is anything else, `-1` among that.
  private static int number(String text, int from, int to) {
    if (from >= to || to - from > 9) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
