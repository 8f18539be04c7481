package io.graftwatch.core.line;

import io.graftwatch.core.fact.Raw;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One line of a log, without its line end. The object is reused for the next line: whoever keeps
/// something of it copies.
public final class Line {
  /// Most bytes of a line that are looked at unless its kind says otherwise; the rest of a longer
  /// one is skipped.
  public static final int MAX = LineReader.MAX_LINE;

  private byte[] bytes = new byte[0];
  private int from;
  private int to;
  private long number;
  private boolean truncated;
  private boolean terminated;
  private @Nullable String text;

  /// Points at bytes; carriage returns and NULs at the ends are no part of the line.
  ///
  /// @param number counts from 1
  /// @param truncated the line was longer than [#MAX]
  /// @param terminated its line end was there
  public Line at(
      byte[] source, int begin, int end, long number, boolean truncated, boolean terminated) {
    int first = begin;
    int last = end;
    while (first < last && source[first] == 0) {
      first++;
    }
    while (first < last && (source[last - 1] == '\r' || source[last - 1] == 0)) {
      last--;
    }
    this.bytes = source;
    this.from = first;
    this.to = last;
    this.number = number;
    this.truncated = truncated;
    this.terminated = terminated;
    this.text = null;
    return this;
  }

  /// A terminated line of its own, for text that was not read from a file.
  public static Line of(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return new Line().at(utf8, 0, utf8.length, 1, false, true);
  }

  public byte[] bytes() {
    return bytes;
  }

  public int from() {
    return from;
  }

  public int length() {
    return to - from;
  }

  public boolean isEmpty() {
    return from == to;
  }

  public long number() {
    return number;
  }

  public boolean truncated() {
    return truncated;
  }

  /// False for the last line of a file whose line end is missing: its writer had not finished it.
  public boolean terminated() {
    return terminated;
  }

  /// The text; bytes that are not UTF-8 become U+FFFD.
  public String text() {
    String decoded = text;
    if (decoded == null) {
      decoded = new String(bytes, from, to - from, StandardCharsets.UTF_8);
      text = decoded;
    }
    return decoded;
  }

  public Raw raw() {
    return Raw.copyOf(bytes, from, to - from);
  }
}
