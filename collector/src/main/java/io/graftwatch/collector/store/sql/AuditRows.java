package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Audit;
import io.graftwatch.collector.store.StoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/// The audit table: rows come, none changes, and only age takes them away.
record AuditRows(Connections connections) implements Audit {
  /// Writes an act down, in the transaction of the change that it tells of.
  static void note(Sql sql, Act act) throws SQLException {
    sql.run(
        "insert into audit (at, who, action, subject, agent_id, detail) values (?, ?, ?, ?, ?, ?)",
        act.at(),
        act.who(),
        act.action(),
        act.subject(),
        act.agentId(),
        act.detail());
  }

  @Override
  public List<Entry> all(long before, int limit) throws StoreException {
    return connections.read(sql ->
        sql.list(
            """
            select id, at, who, action, subject, agent_id, detail from audit
            where id < ? order by id desc limit ?
            """,
            AuditRows::entry,
            before,
            limit));
  }

  /// An act from before agents were noted may be about either of two.
  @Override
  public List<Entry> of(String subject, String agentId, long before, int limit)
      throws StoreException {
    return connections.read(sql ->
        sql.list(
            """
            select id, at, who, action, subject, agent_id, detail from audit
            where subject = ? and (? = '' or agent_id in ('', ?)) and id < ?
            order by id desc limit ?
            """,
            AuditRows::entry,
            subject,
            agentId,
            agentId,
            before,
            limit));
  }

  private static Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        row.getLong(1),
        new Act(
            row.getLong(2),
            row.getString(3),
            row.getString(4),
            row.getString(5),
            row.getString(6),
            row.getString(7)));
  }
}
