package io.graftwatch.core.config;

import io.graftwatch.delivery.output.OutputSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// `[collector]`.
///
/// @param url its agent port
/// @param caFile the certificates that its own must lead to
/// @param proxy HTTP proxy to go through; null for none
/// @param timeout for connect and for each answer
public record CollectorConfig(URI url, Path caFile, @Nullable URI proxy, Duration timeout) {
  /// Its name in the journal: another collector is another output.
  public String name() {
    return OutputSettings.name("collector", url.toString());
  }
}
