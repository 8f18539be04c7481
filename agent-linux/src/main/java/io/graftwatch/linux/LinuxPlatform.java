package io.graftwatch.linux;

import io.graftwatch.core.source.Platform;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.audit.AuditdType;
import io.graftwatch.linux.flow.FlowKinds;
import io.graftwatch.linux.log.LogKinds;
import io.graftwatch.linux.proc.ProcKind;
import java.util.ArrayList;
import java.util.List;

/// Linux: kernel audit, server logs, connections, component inventory.
public final class LinuxPlatform implements Platform {
  @Override
  public String id() {
    return "linux";
  }

  @Override
  public List<SourceType> sources() {
    var types = new ArrayList<SourceType>();
    types.add(new AuditdType());
    types.addAll(LogKinds.types());
    types.addAll(FlowKinds.types());
    types.add(ProcKind.type());
    return List.copyOf(types);
  }
}
