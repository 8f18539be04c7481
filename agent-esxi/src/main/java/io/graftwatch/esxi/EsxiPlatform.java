package io.graftwatch.esxi;

import io.graftwatch.core.source.Platform;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.esxi.receive.SyslogType;
import java.util.List;

/// ESXi, watched from outside: what hosts send by syslog, and what stands in their log files.
public final class EsxiPlatform implements Platform {
  @Override
  public String id() {
    return "esxi";
  }

  @Override
  public List<SourceType> sources() {
    return List.of(new SyslogType(), new EsxiKind("esxi-log", false));
  }
}
