package io.graftwatch.core.detect;

import io.graftwatch.core.config.Addresses;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a host has been seen to do as a matter of course, learned by day and forgotten after
/// [#EXPIRY] without a sight (detection-spec section 8).
final class Baseline {
  static final long DAY = 86_400_000_000L;

  /// LearnDays: how long a host is watched before what is unseen means something.
  static final long LEARNING = 7 * DAY;

  private static final long EXPIRY = 60 * DAY;
  private static final int MAX = 20_000;
  private static final int MAX_TEMPLATE = 256;

  /// What is done as a matter of course, and by which server instance.
  ///
  /// @param kind kind of the server
  /// @param key key of the instance
  /// @param code evidence code that it would be
  /// @param pattern what it is, with what varies taken out
  record Habit(String kind, String key, String code, String pattern) {
    /// Asked for with every piece of evidence: strings remember their own.
    @Override
    public int hashCode() {
      return ((kind.hashCode() * 31 + key.hashCode()) * 31 + code.hashCode()) * 31
          + pattern.hashCode();
    }
  }

  /// @param days different days on which it was seen
  /// @param lastDay the last of them, in days since the epoch
  record Entry(int days, long lastDay) {}

  private final Map<Habit, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);

  /// What is left of evidence of that habit: 1 unseen, .5 after one earlier day, .25 after two, .1
  /// after three or more.
  double b(Habit habit, long time) {
    Entry entry = entries.get(habit);
    if (entry == null || (day(time) - entry.lastDay) * DAY > EXPIRY) {
      return 1;
    }
    int before = entry.lastDay == day(time) ? entry.days - 1 : entry.days;
    return before <= 0 ? 1 : before == 1 ? 0.5 : before == 2 ? 0.25 : 0.1;
  }

  void learn(Habit habit, long time) {
    long today = day(time);
    Entry entry = entries.get(habit);
    if (entry == null || (today - entry.lastDay) * DAY > EXPIRY) {
      entries.put(habit, new Entry(1, today));
    } else if (entry.lastDay < today) {
      entries.put(habit, new Entry(entry.days + 1, today));
    }
    if (entries.size() > MAX) {
      entries.remove(entries.keySet().iterator().next());
    }
  }

  Map<Habit, Entry> entries() {
    return entries;
  }

  private static long day(long time) {
    return Math.floorDiv(time, DAY);
  }

  /// A command line with what varies taken out: numbers and long hexadecimal become `#`, what
  /// follows a temporary folder becomes `*`.
  static String template(String commandLine) {
    var out = new StringBuilder(Math.min(commandLine.length(), MAX_TEMPLATE));
    int i = 0;
    while (i < commandLine.length() && out.length() < MAX_TEMPLATE) {
      char c = commandLine.charAt(i);
      if (Character.isLetterOrDigit(c)) {
        int end = i;
        boolean digit = false;
        boolean hex = true;
        while (end < commandLine.length() && Character.isLetterOrDigit(commandLine.charAt(end))) {
          char w = commandLine.charAt(end++);
          digit |= w >= '0' && w <= '9';
          hex &= Character.digit(w, 16) >= 0;
        }
        if (digit && (hex || end - i > 16)) {
          out.append('#');
        } else {
          out.append(commandLine, i, end);
        }
        i = end;
      } else {
        out.append(c);
        i++;
        if (c == '/' && endsWithTemporary(out)) {
          while (i < commandLine.length() && commandLine.charAt(i) != ' ') {
            i++;
          }
          out.append('*');
        }
      }
    }
    return out.toString();
  }

  private static boolean endsWithTemporary(StringBuilder out) {
    return ends(out, "/tmp/") || ends(out, "/dev/shm/");
  }

  private static boolean ends(StringBuilder out, String suffix) {
    int from = out.length() - suffix.length();
    return from >= 0 && out.indexOf(suffix, from) == from;
  }

  /// The /24 or /48 that an address lies in.
  static String network(@Nullable String address) {
    byte[] bytes = address == null ? null : Addresses.parse(address);
    if (bytes == null) {
      return "?";
    }
    byte[] network = new byte[bytes.length];
    System.arraycopy(bytes, 0, network, 0, bytes.length == 4 ? 3 : 6);
    return Addresses.format(network);
  }
}
