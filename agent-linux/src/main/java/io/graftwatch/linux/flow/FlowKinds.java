package io.graftwatch.linux.flow;

import io.graftwatch.core.line.LineKind;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.line.TailKind;
import java.util.List;

/// The kinds of this package.
public final class FlowKinds {
  private FlowKinds() {}

  public static List<SourceType> types() {
    return List.of(
        new LineKind("conn", ConnParser::new),
        new LineKind("conntrack", ConntrackParser::new),
        new TailKind(
            "zeek-conn",
            List.of("/opt/zeek/logs/current/conn.log", "/var/log/zeek/current/conn.log"),
            ZeekParser::new),
        new TailKind("suricata-eve", List.of("/var/log/suricata/eve.json"), SuricataParser::new));
  }
}
