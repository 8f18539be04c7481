package io.graftwatch.core.config;

import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.delivery.config.Setting;
import io.graftwatch.delivery.output.OutputSettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The configuration in effect; immutable, a reload makes another one.
///
/// @param collector null when there is none: findings stay in the journal
/// @param sources the tables under `[sources]` by kind; a kind without one is not in it
/// @param sha256 of the file's bytes, lower-case hex; findings carry it
/// @param settings every key with its origin
/// @param policy the collector's tuning that lies under the file
public record Config(
    AgentConfig agent,
    @Nullable CollectorConfig collector,
    List<OutputSettings> outputs,
    Map<String, SourceConfig> sources,
    Site site,
    Analytics analytics,
    String sha256,
    List<Setting> settings,
    Policy policy) {
  /// @param version 0 when none is in force
  /// @param problem why the one that is kept here is not in force, one sentence; null when all is
  ///   well
  public record Policy(long version, @Nullable String problem) {
    public static final Policy NONE = new Policy(0, null);
  }

  public Config {
    outputs = List.copyOf(outputs);
    sources = Map.copyOf(sources);
    settings = List.copyOf(settings);
  }

  Config with(Policy other) {
    return new Config(agent, collector, outputs, sources, site, analytics, sha256, settings, other);
  }

  /// The table of one source kind.
  public SourceConfig source(String kind) {
    return sources.getOrDefault(kind, SourceConfig.AUTO);
  }
}
