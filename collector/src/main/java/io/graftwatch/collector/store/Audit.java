package io.graftwatch.collector.store;

import java.util.List;

/// What was done, for reading. An act is written with the change that it tells of, never changed,
/// and removed by age alone.
public interface Audit {
  /// @param id grows with every act
  record Entry(long id, Act act) {}

  /// The latest first.
  ///
  /// @param before id of the last entry of the page before, or [Long#MAX_VALUE]
  List<Entry> all(long before, int limit) throws StoreException;

  /// What was done to one subject, the latest first.
  ///
  /// @param agentId whose finding the subject is; empty for any
  List<Entry> of(String subject, String agentId, long before, int limit) throws StoreException;
}
