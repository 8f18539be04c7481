package io.graftwatch.macos;

import io.graftwatch.core.source.Platform;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.macos.live.EsloggerType;
import io.graftwatch.macos.live.UnifiedLogType;
import java.util.List;

/// macOS: the unified log and, where it may be read, every process event.
public final class MacosPlatform implements Platform {
  @Override
  public String id() {
    return "macos";
  }

  @Override
  public List<SourceType> sources() {
    return List.of(new UnifiedLogType(), new EsloggerType());
  }
}
