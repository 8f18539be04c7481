package io.graftwatch.delivery.config;

/// One thing that is wrong in a configuration file.
///
/// @param line 1-based; 0 when it is about the file as a whole
/// @param column 1-based
/// @param text what is wrong and what to do
public record Problem(String file, int line, int column, String text) {
  @Override
  public String toString() {
    return line == 0 ? file + ": " + text : file + ":" + line + ":" + column + ": " + text;
  }
}
