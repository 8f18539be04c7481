package io.graftwatch.core.line;

import io.graftwatch.core.source.FactSink;

/// Reads the lines of one log in their order. What it keeps between lines is small and bounded: the
/// last stamp, the columns of a header, the statement that a line continues.
@FunctionalInterface
public interface LineParser {
  /// What became of a line; each line is exactly one of these.
  enum Outcome {
    /// It gave facts.
    PARSED,
    /// It was understood, or belongs to the line before it, and means nothing for detection.
    FILTERED,
    /// It is not what this kind of log holds.
    MALFORMED
  }

  /// Reads one line and hands out its facts. Never throws on any bytes.
  Outcome parse(Line line, FactSink sink);
}
