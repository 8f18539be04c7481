package io.graftwatch.linux.flow;

import io.graftwatch.core.line.LineKind;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.line.TailKind;
import io.graftwatch.linux.tail.FileWatch;
import java.util.List;

/// The kinds of this package.
public final class FlowKinds {
  private FlowKinds() {}

  /// @param watch for the logs among them
  public static List<SourceType> types(FileWatch watch) {
    return List.of(
        new LineKind("conn", ConnParser::new),
        new LineKind("conntrack", ConntrackParser::new),
        new TailKind(
            "zeek-conn",
            List.of("/opt/zeek/logs/current/conn.log", "/var/log/zeek/current/conn.log"),
            watch,
            ZeekParser::new),
        new TailKind(
            "suricata-eve", List.of("/var/log/suricata/eve.json"), watch, SuricataParser::new));
  }
}
