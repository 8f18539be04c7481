package io.graftwatch.windows.map;

import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.windows.event.WinEvent;
import java.util.BitSet;

/// Finds what an event's provider means by it. Events of other providers that share a number mean
/// nothing here.
public final class EventMapper {
  private static final int[] IDS = {
    1, 3, 4, 5, 6, 7, 11, 13, 23, 26, 29, 104, 255, 1000, 1102, 2214, 2220, 2280, 2282, 2293, 2295,
    2296, 2298, 3299, 4104, 4657, 4688, 4689, 4697, 4698, 4702, 4719, 5009, 5010, 5011, 5013, 7045,
    8128, 15281, 15457, 17135, 17750, 33205
  };

  /// The EventIDs that can mean something.
  public static BitSet ids() {
    var ids = new BitSet();
    for (int id : IDS) {
      ids.set(id);
    }
    return ids;
  }

  /// @return whether the event gave facts
  public boolean map(WinEvent event, Provenance provenance, FactSink sink) {
    return switch (event.provider()) {
      case "Microsoft-Windows-Sysmon" -> SysmonFacts.map(event, provenance, sink);
      case "Microsoft-Windows-Security-Auditing" -> SecurityFacts.map(event, provenance, sink);
      case "Microsoft-Windows-Eventlog" -> TamperFacts.cleared(event, provenance, sink);
      case "Service Control Manager" -> ServiceFacts.installed(event, provenance, sink);
      case "Application Error" -> ServerFacts.crashed(event, provenance, sink);
      case "Microsoft-Windows-WAS" -> ServerFacts.workerDied(event, provenance, sink);
      case "Microsoft-Windows-IIS-Configuration" ->
          ServerFacts.iisConfigured(event, provenance, sink);
      case "Microsoft-Windows-IIS-W3SVC-WP" -> ServerFacts.iisLoadFailed(event, provenance, sink);
      case "Apache Service" -> ServerFacts.apacheError(event, provenance, sink);
      case "Microsoft-Windows-PowerShell" -> Registrations.scriptBlock(event, provenance, sink);
      case "MSExchange CmdletLogs" -> Registrations.exchangeCmdlet(event, provenance, sink);
      default -> SqlFacts.isSql(event) && SqlFacts.map(event, provenance, sink);
    };
  }
}
