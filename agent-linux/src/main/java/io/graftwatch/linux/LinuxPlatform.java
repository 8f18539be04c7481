package io.graftwatch.linux;

import io.graftwatch.core.source.Platform;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.audit.AuditdType;
import java.util.List;

/// Linux: kernel audit, server logs, connections, component inventory.
public final class LinuxPlatform implements Platform {
  @Override
  public String id() {
    return "linux";
  }

  @Override
  public List<SourceType> sources() {
    return List.of(new AuditdType());
  }
}
