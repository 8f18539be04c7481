package io.graftwatch.delivery.output;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How to reach a collector.
///
/// @param url `https://host:port`, without a path
/// @param caFile PEM certificates that we trust, and nothing else; null for the system's
/// @param certificateFile our own certificate chain, PEM; may be missing: the collector will refuse
/// @param keyFile its private key, PEM PKCS#8
/// @param connect longest wait for a connection, TLS included in each of its steps
/// @param deadline longest time for a whole exchange
/// @param agent id that enrolment gave
/// @param boot id of the running boot
public record CollectorSettings(
    String url,
    @Nullable Path caFile,
    @Nullable Path certificateFile,
    @Nullable Path keyFile,
    @Nullable ProxySetting proxy,
    Duration connect,
    Duration deadline,
    String agent,
    String boot) {
  public static final Duration CONNECT = Duration.ofSeconds(10);
  public static final Duration DEADLINE = Duration.ofSeconds(30);

  public CollectorSettings {
    if (!url.startsWith("https://")) {
      throw new IllegalArgumentException("collector.url must start with https://");
    }
    url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }
}
