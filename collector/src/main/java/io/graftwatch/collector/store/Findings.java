package io.graftwatch.collector.store;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Records as agents sent them, and the incidents they add up to.
public interface Findings {
  /// Stores what is not there yet, in one commit.
  ///
  /// @param refused sequence numbers of records that will never be taken: they are no gap
  /// @param now milliseconds since the epoch
  /// @throws StoreException when nothing was stored
  Appended append(String agentId, List<FindingRecord> records, List<Long> refused, long now)
      throws StoreException;

  /// @param stored for each record whether it is new; false: it was there already
  /// @param storedSequence highest number up to which every record of the agent, from 1, has
  ///   arrived
  record Appended(List<Boolean> stored, long storedSequence) {
    public Appended {
      stored = List.copyOf(stored);
    }
  }

  /// One page, the most recently changed incident first.
  List<Incident> incidents(IncidentQuery query) throws StoreException;

  /// Everything that a query asks for, whatever its page: the incidents of some hundred numbers at
  /// a time, the highest first. Each comes once, however much changes meanwhile.
  ///
  /// @param below where the window before this one ended, [Long#MAX_VALUE] for the first
  Window window(IncidentQuery query, long below) throws StoreException;

  /// @param incidents may be empty although others follow
  /// @param end where the next window begins; 0 when there is none
  record Window(List<Incident> incidents, long end) {
    public Window {
      incidents = List.copyOf(incidents);
    }
  }

  /// The incident with this `finding_info.uid`; when several agents sent it, the one that changed
  /// last, or that of `agentId`.
  @Nullable Incident incident(String findingUid, @Nullable String agentId) throws StoreException;

  /// The records of an incident by revision, the present state last, at most `limit`.
  List<Revision> revisions(Incident incident, int limit) throws StoreException;

  /// The records of an incident by revision, the first one first, some at a time.
  ///
  /// @param after the last one of those before, null for the first
  List<Revision> records(Incident incident, @Nullable Revision after, int limit)
      throws StoreException;

  /// @param id number in the store
  /// @param uid `metadata.uid`
  /// @param receivedAt milliseconds since the epoch
  record Revision(long id, String uid, int revision, long time, long receivedAt, Deflated json) {}

  /// Open alerts by OCSF `severity_id`, kept by the writer.
  ///
  /// @param now moment that suppressions are asked about: what they hide is not counted
  Map<Integer, Long> openAlerts(long now) throws StoreException;
}
