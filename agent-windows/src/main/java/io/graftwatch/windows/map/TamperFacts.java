package io.graftwatch.windows.map;

import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.SourceChange;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.windows.event.EventData;
import io.graftwatch.windows.event.WinEvent;

/// Logs cleared and auditing switched off.
final class TamperFacts {
  /// Message ids in AuditPolicyChanges: success and failure auditing removed.
  private static final String SUCCESS_REMOVED = "%%8448";

  private static final String FAILURE_REMOVED = "%%8450";

  private TamperFacts() {}

  /// 1102 of the Security log, 104 of any other: named values under UserData.
  static boolean cleared(WinEvent event, Provenance provenance, FactSink sink) {
    if (event.id() != 1102 && event.id() != 104) {
      return false;
    }
    EventData data = event.data();
    String log = event.id() == 1102 ? "Security" : data.get("Channel");
    sink.accept(
        new SourceChange(
            provenance,
            log == null ? event.channel() : log,
            SourceChange.Kind.CLEARED,
            "LOG_CLEARED",
            Subjects.client(data)));
    return true;
  }

  static boolean policyChanged(EventData data, Provenance provenance, FactSink sink) {
    String changes = data.text("AuditPolicyChanges");
    if (changes == null
        || !(changes.contains(SUCCESS_REMOVED) || changes.contains(FAILURE_REMOVED))) {
      return false;
    }
    String subcategory = data.get("SubcategoryGuid");
    sink.accept(
        new SourceChange(
            provenance,
            "Security",
            SourceChange.Kind.FILTERED,
            "auditing of " + subcategory + " was removed",
            Subjects.client(data)));
    return true;
  }
}
