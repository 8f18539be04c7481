package io.graftwatch.delivery.finding;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The case behind a finding (OCSF `finding_info`). Times are milliseconds since the epoch.
///
/// @param uid case id, see [FindingId]
/// @param title a few words
/// @param desc the explanation: a sentence per evidence in time order
/// @param types `server-software-component`
/// @param relatedAnalytics analytics of sub-techniques that matched too
/// @param createdTime when the case was opened
/// @param modifiedTime when it last changed
/// @param relatedEventsCount pieces of evidence, also those that are not listed
/// @param dataSources native sources: `auditd:SYSCALL`
public record FindingInfo(
    String uid,
    String title,
    String desc,
    List<String> types,
    @Nullable Analytic analytic,
    List<Analytic> relatedAnalytics,
    List<Attack> attacks,
    @Nullable Long createdTime,
    @Nullable Long modifiedTime,
    @Nullable Long firstSeenTime,
    @Nullable Long lastSeenTime,
    List<String> dataSources,
    int relatedEventsCount,
    List<RelatedEvent> relatedEvents,
    List<Tag> tags) {
  /// A piece of evidence as an event.
  ///
  /// @param uid the same as the evidence's
  /// @param typeUid OCSF type number of such an event: 100101 File System Activity: Create
  public record RelatedEvent(
      String uid,
      @Nullable Integer typeUid,
      @Nullable String typeName,
      @Nullable Long firstSeenTime,
      @Nullable Long lastSeenTime,
      int count,
      @Nullable String desc,
      @Nullable Severity severityId) {}

  public record Tag(String name, String value) {}

  public FindingInfo {
    types = Lists.copy(types);
    relatedAnalytics = Lists.copy(relatedAnalytics);
    attacks = Lists.copy(attacks);
    dataSources = Lists.copy(dataSources);
    relatedEvents = Lists.copy(relatedEvents);
    tags = Lists.copy(tags);
  }
}
