package io.graftwatch.macos;

import io.graftwatch.core.line.LineKind;
import io.graftwatch.core.source.Platform;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.macos.es.EsloggerParser;
import io.graftwatch.macos.unified.UnifiedLogParser;
import java.util.List;

/// macOS: the unified log and, where it may be read, every process event.
public final class MacosPlatform implements Platform {
  @Override
  public String id() {
    return "macos";
  }

  @Override
  public List<SourceType> sources() {
    return List.of(
        new LineKind("unifiedlog", UnifiedLogParser::new),
        new LineKind("eslogger", EsloggerParser.MAX_LINE, EsloggerParser::new));
  }
}
