package io.graftwatch.delivery.config;

/// One key in effect, as `config show` prints it.
///
/// @param path `agent.state_dir`, `site.internal_networks`, …
/// @param value as TOML; empty when the file does not say
/// @param origin `default`, or file and line
/// @param fallback its default in words
public record Setting(String path, String value, String origin, String fallback) {
  /// The value in effect, where it comes from, and what it would be otherwise.
  public String line() {
    return value.isEmpty()
        ? "%s = %s   # %s".formatted(path, fallback, origin)
        : "%s = %s   # %s; default %s".formatted(path, value, origin, fallback);
  }
}
