package io.graftwatch.collector.config;

import io.graftwatch.collector.forward.Place;
import io.graftwatch.collector.store.PostgresPlace;
import io.graftwatch.collector.store.Retention;
import io.graftwatch.delivery.config.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The configuration in effect.
///
/// @param stateDir database, keys and ports file; 0700
/// @param name host name or address by which agents and browsers reach this collector
/// @param otherNames further names and addresses that its certificate holds
/// @param outputs places beside this collector that findings go to
/// @param keep how long things are kept
/// @param postgres where the store is; null for a file in `stateDir`
/// @param settings every key with its origin
public record Config(
    Path stateDir,
    String name,
    List<String> otherNames,
    Agents agents,
    Console console,
    Limits limits,
    Watch watch,
    List<Place> outputs,
    Keep keep,
    @Nullable PostgresPlace postgres,
    List<Setting> settings) {
  /// @param port 0 takes a free one
  /// @param certificateLife of an agent's certificate
  public record Agents(String listen, int port, int connections, Duration certificateLife) {}

  /// @param port 0 takes a free one; enrolment is served there too
  /// @param remote whether the console is served to other machines; enrolment always is
  /// @param sessionLife a session ends then at the latest
  /// @param sessionIdle a session ends after so long without use
  public record Console(
      String listen, int port, boolean remote, Duration sessionLife, Duration sessionIdle) {}

  /// @param batchBytes of one body, sent and decompressed
  /// @param batchRecords of one batch
  /// @param inFlightMib of all bodies that are being read
  public record Limits(int batchBytes, int batchRecords, int inFlightMib) {}

  /// When something becomes an alarm.
  ///
  /// @param every how often agents are judged
  /// @param silentAfter without a heartbeat
  /// @param restartGrace for agents to come back after the collector was away
  /// @param grace for ledger, gaps, sources and clocks to mend themselves
  /// @param coverageGrace for an analytic to see again
  /// @param clockSkew that is borne
  /// @param storm so many agents with the same trouble are one incident
  /// @param off kinds that are never told
  public record Watch(
      Duration every,
      Duration silentAfter,
      Duration restartGrace,
      Duration grace,
      Duration coverageGrace,
      Duration clockSkew,
      int storm,
      List<String> off) {
    public Watch {
      off = List.copyOf(off);
    }
  }

  /// @param alerts after their last change, once they are closed
  /// @param records incidents below Medium, after their last change
  /// @param audit entries of the audit table
  /// @param freeMib of the disk that stay free
  public record Keep(Duration alerts, Duration records, Duration audit, int freeMib) {
    /// What is old enough to go.
    ///
    /// @param now milliseconds since the epoch
    public Retention.Cut cut(long now) {
      return new Retention.Cut(
          now - alerts.toMillis(), now - records.toMillis(), now - audit.toMillis());
    }
  }

  public Config {
    otherNames = List.copyOf(otherNames);
    outputs = List.copyOf(outputs);
    settings = List.copyOf(settings);
  }
}
