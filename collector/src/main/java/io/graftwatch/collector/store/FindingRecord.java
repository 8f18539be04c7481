package io.graftwatch.collector.store;

import io.graftwatch.delivery.finding.FindingId;
import org.jspecify.annotations.Nullable;

/// One state of a case as an agent sent it, with the columns that lists and filters need. Times are
/// milliseconds since the epoch.
///
/// @param uid `metadata.uid`: stored once per agent
/// @param findingUid `finding_info.uid`: the incident it belongs to
/// @param revision the last number of `uid`; the highest one is the incident's present state
/// @param sequence `metadata.sequence`, 0 when the record has none
/// @param severity OCSF `severity_id`
/// @param open false when the record closes the case
/// @param state of the case machine, empty when not said
/// @param codes evidence codes in order, with a space between
/// @param mergedInto `finding_info.uid` of the case that took this one over
/// @param component path of what was placed, empty when not known
/// @param componentHash its SHA-256, empty when not known
/// @param searchText what full-text search looks at
/// @param json the bytes that were sent, deflated
public record FindingRecord(
    String uid,
    String findingUid,
    int revision,
    long sequence,
    long time,
    int severity,
    boolean alert,
    boolean open,
    String host,
    String analytic,
    String title,
    String message,
    String state,
    String codes,
    @Nullable String mergedInto,
    long firstSeen,
    long lastSeen,
    String component,
    String componentHash,
    String searchText,
    Deflated json) {
  /// Who says what the collector found out itself: no agent can have this id.
  public static final String COLLECTOR = "collector";

  /// Its name when that is not made of finding and revision, as agents make it; else empty.
  public String otherUid() {
    return uid.equals(uid(findingUid, revision, "")) ? "" : uid;
  }

  /// `metadata.uid`.
  ///
  /// @param otherUid as in [#otherUid]
  public static String uid(String findingUid, int revision, String otherUid) {
    return otherUid.isEmpty() ? FindingId.revision(findingUid, revision) : otherUid;
  }
}
