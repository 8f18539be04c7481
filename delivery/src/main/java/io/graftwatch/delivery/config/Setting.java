package io.graftwatch.delivery.config;

/// One key in effect, as `config show` prints it.
///
/// @param path `agent.state_dir`, `site.internal_networks`, …
/// @param value as TOML
/// @param origin `default`, or file and line
/// @param fallback its default in words
public record Setting(String path, String value, String origin, String fallback) {}
