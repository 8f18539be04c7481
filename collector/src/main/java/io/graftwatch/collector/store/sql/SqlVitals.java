package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Condition;
import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.FindingRecord;
import io.graftwatch.collector.store.Horizon;
import io.graftwatch.collector.store.HostQuery;
import io.graftwatch.collector.store.HostState;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.store.Vital;
import io.graftwatch.collector.store.Vitals;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// [Vitals] in SQL.
record SqlVitals(Connections connections, Writer writer) implements Vitals {
  @Override
  public long beat(String agentId, Deflated heartbeat, long now, Judge judge)
      throws StoreException {
    return writer.write(sql -> {
      sql.run(
          """
          insert into heartbeats (agent_id, received_at, body) values (?, ?, ?)
          on conflict (agent_id) do update
          set received_at = excluded.received_at, body = excluded.body
          """,
          agentId,
          now,
          heartbeat);
      List<Condition> open = ConditionRows.of(sql, agentId);
      Judgement judgement =
          judge.of(
              vital(sql, agentId), certificate(sql, agentId), Arrived.count(sql, agentId), open);
      keep(sql, agentId, judgement.vital());
      var holding = new HashSet<String>();
      for (Condition condition : judgement.holds()) {
        ConditionRows.hold(sql, condition);
        holding.add(condition.kind() + " " + condition.part());
      }
      for (Condition condition : open) {
        if (!holding.contains(condition.kind() + " " + condition.part())) {
          boolean silence = condition.kind() == Condition.Kind.SILENT;
          ConditionRows.clear(
              sql, condition, silence ? judgement.returned() : condition.detail(), now);
        }
      }
      return Arrived.through(sql, agentId);
    });
  }

  private static @Nullable Certificate certificate(Sql sql, String agentId) throws SQLException {
    return sql.first(
        "select certified_at, certificate_expires from agents where id = ?",
        row -> new Certificate(row.getLong(1), row.getLong(2)),
        agentId);
  }

  private static @Nullable Vital vital(Sql sql, String agentId) throws SQLException {
    return sql.first(
        """
        select received_at, machine_id, boot_id, counter, stopping, degraded, coverage, sees, other,
               other_seen, cloned_until, receipts_base
        from vitals where agent_id = ?
        """,
        row ->
            new Vital(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                row.getInt(5) == 1,
                row.getInt(6) == 1,
                row.getString(7),
                row.getString(8),
                row.getString(9),
                row.getLong(10),
                row.getLong(11),
                row.getLong(12)),
        agentId);
  }

  private static void keep(Sql sql, String agentId, Vital vital) throws SQLException {
    sql.run(
        """
        insert into vitals (agent_id, received_at, machine_id, boot_id, counter, stopping, degraded,
          coverage, sees, other, other_seen, cloned_until, receipts_base)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (agent_id) do update set received_at = excluded.received_at,
          machine_id = excluded.machine_id, boot_id = excluded.boot_id, counter = excluded.counter,
          stopping = excluded.stopping, degraded = excluded.degraded, coverage = excluded.coverage,
          sees = excluded.sees, other = excluded.other, other_seen = excluded.other_seen,
          cloned_until = excluded.cloned_until, receipts_base = excluded.receipts_base
        """,
        agentId,
        vital.receivedAt(),
        vital.machineId(),
        vital.bootId(),
        vital.counter(),
        vital.stopping() ? 1 : 0,
        vital.degraded() ? 1 : 0,
        vital.coverage(),
        vital.sees(),
        vital.other(),
        vital.otherSeen(),
        vital.clonedUntil(),
        vital.receiptsBase());
  }

  @Override
  public void proven(String agentId, long now) throws StoreException {
    writer.write(
        sql -> sql.run("update vitals set proven_at = ? where agent_id = ?", now, agentId));
  }

  @Override
  public boolean cloned(String agentId, long now) throws StoreException {
    Vital vital = connections.<@Nullable Vital>read(sql -> vital(sql, agentId));
    return vital != null && vital.clonedUntil() > now;
  }

  @Override
  public List<Host> hosts(HostQuery query) throws StoreException {
    return connections.read(sql -> HostRows.page(sql, query));
  }

  @Override
  public List<Sight> sights(int limit) throws StoreException {
    return connections.read(sql ->
        sql.list(
            """
            select a.hostname, coalesce(v.sees, '') from agents a
            left join vitals v on v.agent_id = a.id
            where a.revoked_at is null order by a.hostname, a.id limit ?
            """,
            row -> new Sight(row.getString(1), row.getString(2)),
            limit));
  }

  @Override
  public Map<HostState, Long> counts(Horizon horizon) throws StoreException {
    var counts = new EnumMap<HostState, Long>(HostState.class);
    connections
        .read(sql -> HostRows.counts(sql, horizon))
        .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
    return counts;
  }

  @Override
  public void notice(Horizon horizon) throws StoreException {
    boolean any =
        connections.read(
            sql -> HostRows.anyNewlySilent(sql, horizon) || ConditionRows.anyRefused(sql));
    if (any) {
      writer.write(sql -> {
        HostRows.openSilences(sql, horizon);
        return ConditionRows.clearRefused(sql, horizon.now());
      });
    }
  }

  @Override
  public List<Condition> conditions(int limit) throws StoreException {
    return connections.read(sql -> ConditionRows.all(sql, limit));
  }

  @Override
  public void settle(
      List<FindingRecord> findings, List<Condition> told, List<Condition> over, long now)
      throws StoreException {
    writer.write(sql -> {
      for (FindingRecord finding : findings) {
        SqlFindings.append(sql, FindingRecord.COLLECTOR, finding, now);
      }
      for (Condition condition : told) {
        ConditionRows.told(sql, condition);
      }
      for (Condition condition : over) {
        ConditionRows.forget(sql, condition, now);
      }
      return over.size();
    });
  }
}
