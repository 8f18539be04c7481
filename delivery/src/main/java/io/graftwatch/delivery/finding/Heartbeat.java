package io.graftwatch.delivery.finding;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an agent says of itself every minute, so that silence, loss and blindness are seen even
/// when nothing is found. Times are milliseconds since the epoch unless a name says otherwise.
///
/// @param agentId id that enrolment gave
/// @param machineId id of the machine, to tell clones apart
/// @param bootId id of the running boot
/// @param counter heartbeats of this process, from 1
/// @param stopping the agent stops on purpose now
/// @param observations pieces of evidence below the threshold of a finding, by code
/// @param notices what an operator should know, each one sentence
public record Heartbeat(
    String agentId,
    @Nullable String machineId,
    String bootId,
    String hostname,
    long counter,
    boolean stopping,
    Versions versions,
    Clock clock,
    List<SourceHealth> sources,
    FindingLedger findings,
    Spool spool,
    List<Coverage> coverage,
    Cost cost,
    Map<String, Long> observations,
    List<String> notices) {
  /// @param os `Debian GNU/Linux 12`
  /// @param policy version of the collector's policy in force, 0 for none
  /// @param catalogue version of the detection catalogue
  /// @param configSha256 hash of the effective configuration
  public record Versions(
      String agent,
      @Nullable String os,
      long policy,
      @Nullable String catalogue,
      @Nullable String configSha256) {}

  /// @param uptimeMillis of the agent
  /// @param skewMillis agent minus collector, as last measured
  public record Clock(long time, long uptimeMillis, @Nullable Long skewMillis) {}

  /// One source in native records: `read = parsed + malformed + filtered + lost`.
  ///
  /// @param source its kind: `auditd`
  /// @param state `running`, `stalled`, `failed`, `off`
  /// @param lastEventTime time of the newest event
  /// @param lagMillis how old that event was when it was read
  /// @param notes named counts that are no term of the equation
  public record SourceHealth(
      String source,
      String state,
      long read,
      long parsed,
      long malformed,
      long filtered,
      long lost,
      @Nullable Long lastEventTime,
      @Nullable Long lagMillis,
      Map<String, Long> notes,
      @Nullable String problem) {
    public SourceHealth {
      notes = Lists.copy(notes);
    }

    /// What the equation does not explain; 0 when the ledger closes.
    public long remainder() {
      return read - parsed - malformed - filtered - lost;
    }
  }

  /// `created = acknowledged + spooled + quarantined + dropped`, over the life of the journal.
  ///
  /// @param created sequence numbers given out
  /// @param dropped given up: quota, full disk, damaged records
  public record FindingLedger(
      long created, long acknowledged, long spooled, long quarantined, long dropped) {
    /// What the equation does not explain; 0 when the ledger closes.
    public long remainder() {
      return created - acknowledged - spooled - quarantined - dropped;
    }
  }

  /// @param oldestTime when the oldest waiting record was taken, null when none waits
  /// @param quotaBytes most that the journal may take
  public record Spool(long records, long bytes, @Nullable Long oldestTime, long quotaBytes) {}

  /// How much of an analytic can be seen.
  ///
  /// @param level `FULL`, `PARTIAL`, `NONE`
  /// @param reasons why it is not full
  /// @param blind intervals in which records were lost, newest last
  public record Coverage(String analytic, String level, List<String> reasons, List<Blind> blind) {
    public Coverage {
      reasons = Lists.copy(reasons);
      blind = Lists.copy(blind);
    }
  }

  /// @param lost records, -1 when not known
  public record Blind(String source, long from, long to, long lost, String reason) {}

  /// What the agent takes of the host.
  ///
  /// @param cpuMillis since its start
  /// @param handles open files and sockets
  public record Cost(
      long residentBytes, long heapBytes, long cpuMillis, int threads, int handles) {}

  public Heartbeat {
    sources = Lists.copy(sources);
    coverage = Lists.copy(coverage);
    observations = Lists.copy(observations);
    notices = Lists.copy(notices);
  }
}
