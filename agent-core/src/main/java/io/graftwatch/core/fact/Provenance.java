package io.graftwatch.core.fact;

import org.jspecify.annotations.Nullable;

/// Where a fact comes from.
///
/// @param source the kind that `replay` names: `auditd`, `syslog`, `evtx`, …
/// @param record the native id of the record: `1760000021.540:22570` for audit, EventRecordID for
///   Windows, else file and line; together with the source it is the de-duplication key
/// @param trust how far the source can be believed, 0 to 1
/// @param time event time in microseconds since the epoch
/// @param seen the agent's clock when it read the record, microseconds since the epoch
/// @param host the host that the record names where that counts (Windows, ESXi), else null: the
///   configured `[agent] host`
/// @param raw the record as the source wrote it
public record Provenance(
    String source,
    String record,
    double trust,
    long time,
    long seen,
    @Nullable String host,
    Raw raw) {

  /// Trust of kernel, operating-system audit logs and event channels.
  public static final double KERNEL = 1.0;

  /// Trust of a log that an application writes.
  public static final double APPLICATION = 0.8;
}
