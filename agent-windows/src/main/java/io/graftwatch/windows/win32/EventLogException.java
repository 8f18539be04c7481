package io.graftwatch.windows.win32;

import java.io.IOException;

/// A call of the Event Log API failed.
public final class EventLogException extends IOException {
  private static final long serialVersionUID = 1;

  public static final int ACCESS_DENIED = 5;
  public static final int INSUFFICIENT_BUFFER = 122;
  public static final int NO_MORE_ITEMS = 259;
  public static final int NOT_FOUND = 1168;
  public static final int INVALID_BOUND = 1734;
  public static final int INVALID_OPERATION = 4317;
  public static final int CHANNEL_NOT_FOUND = 15007;
  public static final int DIRECT_CHANNEL = 15009;
  public static final int RESULT_STALE = 15011;
  public static final int INVALID_POSITION = 15012;

  private final int code;

  EventLogException(String call, int code) {
    super(call + " failed with " + code + meaning(code));
    this.code = code;
  }

  public int code() {
    return code;
  }

  private static String meaning(int code) {
    return switch (code) {
      case ACCESS_DENIED -> " (access denied: run as SYSTEM, or join Event Log Readers)";
      case NOT_FOUND -> " (the bookmark is gone)";
      case CHANNEL_NOT_FOUND -> " (there is no such channel)";
      default -> "";
    };
  }
}
