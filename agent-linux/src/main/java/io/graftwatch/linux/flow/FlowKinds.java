package io.graftwatch.linux.flow;

import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.line.LineKind;
import java.util.List;

/// The kinds of this package.
public final class FlowKinds {
  private FlowKinds() {}

  public static List<SourceType> types() {
    return List.of(
        new LineKind("conn", ConnParser::new),
        new LineKind("conntrack", ConntrackParser::new),
        new LineKind("zeek-conn", ZeekParser::new),
        new LineKind("suricata-eve", SuricataParser::new));
  }
}
