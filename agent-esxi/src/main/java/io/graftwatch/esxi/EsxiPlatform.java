package io.graftwatch.esxi;

import io.graftwatch.core.source.Platform;
import io.graftwatch.core.source.SourceType;
import java.util.List;

/// ESXi, watched from outside: what hosts send by syslog, and what stands in their log files.
public final class EsxiPlatform implements Platform {
  @Override
  public String id() {
    return "esxi";
  }

  @Override
  public List<SourceType> sources() {
    return List.of(new EsxiKind("esxi-syslog", true), new EsxiKind("esxi-log", false));
  }
}
