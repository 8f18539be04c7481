package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Condition;
import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.Horizon;
import io.graftwatch.collector.store.HostQuery;
import io.graftwatch.collector.store.HostState;
import io.graftwatch.collector.store.Vitals;
import io.graftwatch.delivery.enrol.HostFacts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Agents with what their heartbeats say, and the one judgement of how they are.
final class HostRows {
  private static final int AT_ONCE = 50;

  /// The number of a [HostState]. Takes the horizon's silent, future, now and late.
  private static final String STATE =
      """
      case when a.revoked_at is not null then %d
           when v.agent_id is null then %d
           when v.stopping = 1 then %d
           when v.received_at < ? or v.received_at > ? then %d
           when v.cloned_until > ? then %d
           when v.received_at < ? then %d
           when v.degraded = 1 then %d
           else %d end
      """
          .formatted(
              HostState.REVOKED.rank(),
              HostState.WAITING.rank(),
              HostState.STOPPED.rank(),
              HostState.SILENT.rank(),
              HostState.CLONED.rank(),
              HostState.LATE.rank(),
              HostState.DEGRADED.rank(),
              HostState.HEALTHY.rank());

  private static final String JUDGED =
      "select a.id as id, a.hostname as hostname, a.group_name as group_name, v.received_at as"
          + " received_at, "
          + STATE
          + " as state from agents a left join vitals v on v.agent_id = a.id";

  private static final String NEWLY_SILENT =
      " from ("
          + JUDGED
          + ") h where h.state = "
          + HostState.SILENT.rank()
          + " and not exists (select 1 from conditions c where c.subject = h.id and c.kind ="
          + " 'silent' and c.part = '')";

  private HostRows() {}

  static List<Vitals.Host> page(Sql sql, HostQuery query) throws SQLException {
    var values = horizon(query.horizon());
    var where = new ArrayList<String>();
    if (query.state() != null) {
      where.add("h.state = ?");
      values.add(query.state().rank());
    }
    if (query.text() != null) {
      where.add(
          "(lower(h.hostname) like ? escape '!' or lower(h.group_name) like ? escape '!' or h.id ="
              + " ?)");
      String part = "%" + escaped(query.text().toLowerCase(Locale.ROOT)) + "%";
      values.addAll(List.of(part, part, query.text()));
    }
    HostQuery.Cursor after = query.after();
    if (after != null) {
      where.add("(h.state, h.hostname, h.id) > (?, ?, ?)");
      values.addAll(List.of(after.state().rank(), after.host(), after.agentId()));
    }
    values.add(query.limit());
    String few =
        "select h.id as id, h.state as state from ("
            + JUDGED
            + ") h"
            + (where.isEmpty() ? "" : " where " + String.join(" and ", where))
            + " order by h.state, h.hostname, h.id limit ?";
    List<Vitals.Host> hosts =
        sql.list(
            """
            select a.id, a.hostname, a.machine_id, a.boot_id, a.os, a.agent_version, a.group_name,
                   f.state, a.enrolled_at, a.certificate_expires, coalesce(s.high, 0),
                   coalesce(b.received_at, 0), coalesce(v.proven_at, 0), b.body
            from (%s) f
            join agents a on a.id = f.id
            left join vitals v on v.agent_id = f.id
            left join heartbeats b on b.agent_id = f.id
            left join arrived s on s.agent_id = f.id and s.low = 1
            order by f.state, a.hostname, a.id
            """
                .formatted(few),
            HostRows::read,
            values.toArray());
    return withWrongs(sql, hosts);
  }

  private static List<Vitals.Host> withWrongs(Sql sql, List<Vitals.Host> hosts)
      throws SQLException {
    Map<String, List<String>> wrongs = new HashMap<>();
    for (int from = 0; from < hosts.size(); from += AT_ONCE) {
      var ids = new ArrayList<@Nullable Object>(Collections.nCopies(AT_ONCE, ""));
      for (int i = from; i < Math.min(from + AT_ONCE, hosts.size()); i++) {
        ids.set(i - from, hosts.get(i).id());
      }
      sql.list(
              "select subject, detail from conditions where cleared_at = 0 and kind <> 'silent'"
                  + " and subject in ("
                  + String.join(", ", Collections.nCopies(AT_ONCE, "?"))
                  + ") order by subject, kind, part",
              row -> Map.entry(row.getString(1), row.getString(2)),
              ids.toArray())
          .forEach(entry ->
              wrongs.computeIfAbsent(entry.getKey(), _ -> new ArrayList<>()).add(entry.getValue()));
    }
    return hosts.stream()
        .map(host -> wrongs.containsKey(host.id()) ? with(host, wrongs.get(host.id())) : host)
        .toList();
  }

  private static Vitals.Host with(Vitals.Host host, List<String> wrong) {
    return new Vitals.Host(
        host.id(),
        host.facts(),
        host.group(),
        host.state(),
        host.enrolledAt(),
        host.certificateExpires(),
        host.storedSequence(),
        host.lastSeen(),
        host.provenAt(),
        host.heartbeat(),
        wrong);
  }

  static List<Map.Entry<HostState, Long>> counts(Sql sql, Horizon horizon) throws SQLException {
    return sql.list(
        "select h.state, count(*) from (" + JUDGED + ") h group by h.state",
        row -> Map.entry(HostState.of(row.getInt(1)), row.getLong(2)),
        horizon(horizon).toArray());
  }

  static boolean anyNewlySilent(Sql sql, Horizon horizon) throws SQLException {
    return sql.first(
            "select h.id" + NEWLY_SILENT + " limit 1",
            row -> row.getString(1),
            horizon(horizon).toArray())
        != null;
  }

  /// Since its last heartbeat; the row names that, so who tells it and when changes nothing.
  static void openSilences(Sql sql, Horizon horizon) throws SQLException {
    var values = new ArrayList<@Nullable Object>();
    values.add(Condition.Kind.SILENT.word());
    values.add(horizon.now());
    values.addAll(horizon(horizon));
    sql.run(
        "insert into conditions (subject, kind, part, host, detail, since, seen) select"
            + " h.id, ?, '', h.hostname, '', h.received_at, ?"
            + NEWLY_SILENT
            + " on conflict (subject, kind, part) do nothing",
        values.toArray());
  }

  private static List<@Nullable Object> horizon(Horizon horizon) {
    return new ArrayList<>(
        List.of(horizon.silent(), horizon.future(), horizon.now(), horizon.late()));
  }

  private static String escaped(String text) {
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
  }

  private static Vitals.Host read(ResultSet row) throws SQLException {
    byte[] heartbeat = row.getBytes(14);
    return new Vitals.Host(
        row.getString(1),
        new HostFacts(
            row.getString(2),
            row.getString(3),
            row.getString(4),
            row.getString(5),
            row.getString(6)),
        row.getString(7),
        HostState.of(row.getInt(8)),
        row.getLong(9),
        row.getLong(10),
        row.getLong(11),
        row.getLong(12),
        row.getLong(13),
        heartbeat == null ? null : Deflated.stored(heartbeat),
        List.of());
  }
}
