package io.graftwatch.windows;

import io.graftwatch.core.line.LineKind;
import io.graftwatch.core.source.Platform;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.windows.event.EventXmlLog;
import io.graftwatch.windows.evtx.EvtxKind;
import io.graftwatch.windows.live.EventLogType;
import java.util.List;

/// Windows: process, network, task, service, server and tamper events of the event logs.
public final class WindowsPlatform implements Platform {
  @Override
  public String id() {
    return "windows";
  }

  @Override
  public List<SourceType> sources() {
    return List.of(
        new EventLogType(),
        new LineKind("winevent-xml", EventXmlLog.MAX_RECORD, EventXmlLog::new),
        new EvtxKind());
  }
}
