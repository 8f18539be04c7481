package io.graftwatch.linux.process;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One line of `/proc/PID/stat` (`man 5 proc_pid_stat`).
///
/// @param pid process id
/// @param comm name of the program, at most 15 bytes, chosen by the process itself
/// @param state `R`, `S`, `Z`, …
/// @param ppid parent's process id
/// @param session session id
/// @param tty device number of the controlling terminal, 0 = none
/// @param startTicks start time in clock ticks (100 a second) since boot
public record ProcStat(
    int pid, String comm, char state, int ppid, int session, int tty, long startTicks) {

  /// Reads a line; null when it is none.
  static @Nullable ProcStat parse(byte[] line) {
    int open = indexOf(line, '(', 0);
    int close = lastIndexOf(line, ')');
    if (open < 2 || close < open || close + 4 > line.length) {
      return null;
    }
    String comm = new String(line, open + 1, close - open - 1, StandardCharsets.UTF_8);
    long[] numbers = numbers(line, close + 4);
    long pid = number(line, 0, open - 1);
    return numbers.length < 19 || pid < 0
        ? null
        : new ProcStat(
            (int) pid,
            comm,
            (char) line[close + 2],
            (int) numbers[0],
            (int) numbers[2],
            (int) numbers[3],
            numbers[18]);
  }

  /// Fields 4 to 22, blank-separated.
  private static long[] numbers(byte[] line, int from) {
    long[] numbers = new long[19];
    int at = from;
    for (int i = 0; i < numbers.length; i++) {
      int end = indexOf(line, ' ', at);
      if (end < 0) {
        return new long[0];
      }
      numbers[i] = number(line, at, end);
      at = end + 1;
    }
    return numbers;
  }

  private static long number(byte[] line, int from, int to) {
    boolean negative = from < to && line[from] == '-';
    long value = 0;
    for (int i = negative ? from + 1 : from; i < to; i++) {
      int digit = line[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return negative ? -value : value;
  }

  private static int indexOf(byte[] line, char wanted, int from) {
    for (int i = from; i < line.length; i++) {
      if (line[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static int lastIndexOf(byte[] line, char wanted) {
    for (int i = line.length - 1; i >= 0; i--) {
      if (line[i] == wanted) {
        return i;
      }
    }
    return -1;
  }
}
