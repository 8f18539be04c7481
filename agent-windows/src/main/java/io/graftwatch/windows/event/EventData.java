package io.graftwatch.windows.event;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The values of an event in their order: named ones (Security, Sysmon), unnamed ones (classic
/// providers), or both. Names may repeat; nothing is overwritten.
public final class EventData {
  /// Most values that are kept of one event.
  static final int MAX = 128;

  private final List<String> names = new ArrayList<>(24);
  private final List<String> values = new ArrayList<>(24);

  /// @param name empty for an unnamed value
  void add(String name, String value) {
    if (values.size() < MAX) {
      names.add(name);
      values.add(value);
    }
  }

  public int size() {
    return values.size();
  }

  /// The value at a place, as classic providers number them; empty when there are fewer.
  public String at(int index) {
    return index < values.size() ? values.get(index) : "";
  }

  /// The first value of that name which says something: null for a missing, an empty or a `-` one.
  public @Nullable String get(String name) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equals(name) && says(values.get(i))) {
        return values.get(i);
      }
    }
    return null;
  }

  /// All values of that name, joined by single blanks: whoever hides behind a first value is seen
  /// too. Null when none says anything.
  public @Nullable String text(String name) {
    String text = null;
    for (int i = 0; i < names.size(); i++) {
      String value = values.get(i);
      if (names.get(i).equals(name) && says(value)) {
        text = text == null ? value : text + ' ' + value;
      }
    }
    return text;
  }

  /// The number of that name, decimal or `0x…`; -1 when there is none.
  public int number(String name) {
    String text = get(name);
    return text == null ? -1 : number(text, 0);
  }

  /// Reads a non-negative number as events write it; -1 when it is none or does not fit.
  public static int numberOf(String text) {
    return number(text, 0);
  }

  private static int number(String text, int from) {
    boolean hex = text.startsWith("0x", from) || text.startsWith("0X", from);
    int radix = hex ? 16 : 10;
    long value = 0;
    int first = hex ? from + 2 : from;
    for (int i = first; i < text.length(); i++) {
      int digit = Character.digit(text.charAt(i), radix);
      if (digit < 0) {
        return -1;
      }
      value = value * radix + digit;
      if (value > Integer.MAX_VALUE) {
        return -1;
      }
    }
    return first == text.length() ? -1 : (int) value;
  }

  private static boolean says(String value) {
    return !value.isEmpty() && !value.equals("-");
  }
}
