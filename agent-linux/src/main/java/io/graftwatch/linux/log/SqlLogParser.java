package io.graftwatch.linux.log;

import io.graftwatch.core.line.Origin;
import io.graftwatch.linux.line.Scan;
import org.jspecify.annotations.Nullable;

/// Kinds `postgres-log` and `mysql-log`: each stamped line tells by its form which server wrote it.
///
/// ```
/// 2026-11-24 03:02:58.123 UTC [1234] app@shop ERROR:  incompatible library "/lib/x.so": missing magic block
/// 2026-11-24  3:02:58 0 [ERROR] Can't open shared library 'gwudf.so' (errno: 2, …)
/// ```
///
/// A statement goes on over the lines that begin with a tab.
final class SqlLogParser extends ServerLogParser {
  private static final int MAX_STATEMENT = 8 * 1024;

  private final StringBuilder statement = new StringBuilder();
  private String server;

  SqlLogParser(Origin origin, String server) {
    super(origin, server);
    this.server = server;
  }

  @Override
  String server() {
    return server;
  }

  @Override
  boolean stamped(String text) {
    return text.length() > 8
        && text.charAt(4) == '-'
        && text.charAt(7) == '-'
        && text.charAt(0) >= '0'
        && text.charAt(0) <= '9';
  }

  @Override
  long stamp(Scan scan) {
    return stamps.yearFirst(scan);
  }

  @Override
  @Nullable Reading message(Scan scan) {
    statement.setLength(0);
    String text = scan.rest();
    if (MysqlLog.spoken(text)) {
      server = "mysql";
      return MysqlLog.message(text);
    }
    int query = text.indexOf(" Query\t");
    if (query >= 0 && query < 32) {
      server = "mysql";
      return begin(text.substring(query + 7));
    }
    int severity = PostgresLog.severity(text, 0);
    if (severity < 0) {
      return null;
    }
    server = "postgres";
    String message = text.substring(severity);
    String sql = PostgresLog.statement(message);
    return sql == null ? PostgresLog.message(message) : begin(sql);
  }

  private @Nullable Reading begin(String sql) {
    Reading reading = Statements.read(sql);
    if (reading == null) {
      statement.append(sql, 0, Math.min(sql.length(), MAX_STATEMENT));
    }
    return reading;
  }

  @Override
  @Nullable Reading unstamped(String text) {
    if (text.startsWith("\t") && !statement.isEmpty()) {
      return continued(text);
    }
    Reading trace = Traces.read(text);
    if (trace != null) {
      return trace;
    }
    return server.equals("mysql") ? MysqlLog.message(text) : null;
  }

  private @Nullable Reading continued(String text) {
    if (statement.length() + text.length() > MAX_STATEMENT) {
      statement.setLength(0);
      return null;
    }
    Reading reading = Statements.read(statement.append(text).toString());
    if (reading != null) {
      statement.setLength(0);
    }
    return reading;
  }
}
