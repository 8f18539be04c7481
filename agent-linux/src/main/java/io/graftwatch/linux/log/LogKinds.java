package io.graftwatch.linux.log;

import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.line.LineKind;
import java.util.List;

/// The kinds of this package.
public final class LogKinds {
  private LogKinds() {}

  public static List<SourceType> types() {
    return List.of(
        new LineKind("syslog", SyslogParser::new),
        new LineKind("journal", JournalParser::new),
        new LineKind("apache-error", ApacheLog::new),
        new LineKind("nginx-error", NginxLog::new),
        new LineKind("php-error", PhpLog::new),
        new LineKind("tomcat-log", TomcatLog::new),
        new LineKind("postgres-log", origin -> new SqlLogParser(origin, "postgres")),
        new LineKind("mysql-log", origin -> new SqlLogParser(origin, "mysql")));
  }
}
