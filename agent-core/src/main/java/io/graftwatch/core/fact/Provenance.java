package io.graftwatch.core.fact;

import org.jspecify.annotations.Nullable;

/// Where a fact comes from.
///
/// @param source the kind that `replay` names: `auditd`, `syslog`, `evtx`, …
/// @param record the identity of the record, with the source the de-duplication key: its native id
///   (`1760000021.540:22570` for audit, EventRecordID for Windows, a journal cursor), else
///   `<time>:<hash of its bytes>`, so that a repeated line is one fact
/// @param place what a reader finds the record by where that is not `record`: file and line,
///   `apache-error.log:17`, of a record without a native id; the id alone where `record` says more
/// @param trust how far the source can be believed, 0 to 1
/// @param time event time in microseconds since the epoch
/// @param seen the agent's clock when it read the record, microseconds since the epoch
/// @param host the host that the record names where that counts (Windows, ESXi), else null: the
///   configured `[agent] host`
/// @param preexisting it was so before the agent first looked; nobody saw it happen
/// @param raw the record as the source wrote it
public record Provenance(
    String source,
    String record,
    @Nullable String place,
    double trust,
    long time,
    long seen,
    @Nullable String host,
    boolean preexisting,
    Raw raw) {

  /// A record with a native id.
  public Provenance(
      String source,
      String record,
      double trust,
      long time,
      long seen,
      @Nullable String host,
      Raw raw) {
    this(source, record, null, trust, time, seen, host, false, raw);
  }

  /// The same record, of a host that it names.
  public Provenance at(String newHost) {
    return new Provenance(source, record, place, trust, time, seen, newHost, preexisting, raw);
  }

  /// What a reader finds the record by: its native id, else file and line.
  public String shown() {
    return place == null ? record : place;
  }

  /// Trust of kernel, operating-system audit logs and event channels.
  public static final double KERNEL = 1.0;

  /// Trust of a log that an application writes.
  public static final double APPLICATION = 0.8;
}
