package io.graftwatch.linux.audit;

import org.jspecify.annotations.Nullable;

/// A value inside an event's bytes: where it lies and whether it was quoted.
final class Slice {
  int from;
  int to;
  boolean quoted;

  void clear() {
    from = -1;
    to = -1;
    quoted = false;
  }

  void set(Fields field) {
    from = field.from;
    to = field.to;
    quoted = field.quoted;
  }

  boolean given() {
    return from >= 0;
  }

  /// Whether the value says that there is none: `(null)`, `(none)` or `?`, unquoted.
  boolean none(byte[] b) {
    int length = to - from;
    if (quoted || length == 0) {
      return false;
    }
    boolean mark = length == 1 && b[from] == '?';
    return mark || (length == 6 && b[from] == '(' && b[from + 1] == 'n' && b[to - 1] == ')');
  }

  /// Decoded; null when the record has no such field or no value in it.
  @Nullable String text(byte[] b) {
    return from < 0 || none(b) ? null : Bytes.text(b, from, to, quoted);
  }
}
