package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.FindingRecord;
import io.graftwatch.collector.store.Retention;
import io.graftwatch.collector.store.StoreException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// [Retention] in SQL.
///
/// The newest incident and the newest finding always stay, so that SQLite never gives their numbers
/// to others: outputs and pages go by them.
record SqlRetention(Connections connections, Writer writer) implements Retention {
  private static final long DAY_MILLIS = 24L * 3600 * 1000;
  private static final int FINDINGS_AT_ONCE = 1_000;
  private static final String COMPONENTS = "components";
  private static final String REMOVED_BEFORE = "removed before";

  /// Takes whether it is an alert, whether it is listed, and twice the moment.
  private static final String OLD =
      """
      from incidents i
      where i.alert = ? and i.listed = ? and i.changed_at < ?
        and not exists (select 1 from audit a
          where a.subject = i.finding_uid and a.agent_id in ('', i.agent_id) and a.at >= ?)
      """;

  private static final String NOT_THE_NEWEST =
      """
      and i.id < (select max(id) from incidents)
      and i.id <> (select incident_id from findings order by id desc limit 1)
      """;

  /// @param alert whether incidents are alerts
  /// @param listed whether they are open and nobody has closed them
  private record Kind(boolean alert, boolean listed) {}

  private static final Kind CLOSED_ALERTS = new Kind(true, false);
  private static final Kind OPEN_ALERTS = new Kind(true, true);
  private static final Kind CLOSED_RECORDS = new Kind(false, false);
  private static final Kind OPEN_RECORDS = new Kind(false, true);

  @Override
  public boolean remove(Cut cut, int limit, long now) throws StoreException {
    return writer.write(sql -> {
      var old = new ArrayList<Long>();
      for (Kind kind : List.of(CLOSED_ALERTS, CLOSED_RECORDS, OPEN_RECORDS)) {
        old.addAll(old(sql, kind, kind.alert ? cut.alerts() : cut.records(), limit - old.size()));
      }
      int incidents = 0;
      int findings = 0;
      for (long id : old) {
        int gone = removeFindings(sql, id, FINDINGS_AT_ONCE - findings);
        findings += gone;
        if (findings == FINDINGS_AT_ONCE) {
          break; // What is left of it goes next time.
        }
        sql.run(sql.dialect().unindexing(), id);
        incidents += sql.run("delete from incidents where id = ?", id);
      }
      // Acts are numbered in the order of their times.
      int acts =
          sql.run(
              """
              delete from audit
              where id in (select id from audit order by id limit ?) and at < ?
              """,
              limit,
              cut.acts());
      if (old.isEmpty() && acts == 0) {
        return false;
      }
      note(sql, Math.max(cut.alerts(), cut.records()), new Day(now, incidents, findings, acts));
      return old.size() == limit || findings == FINDINGS_AT_ONCE || acts == limit;
    });
  }

  private static List<Long> old(Sql sql, Kind kind, long before, int limit) throws SQLException {
    return sql.list(
        "select i.id " + OLD + NOT_THE_NEWEST + " order by i.changed_at, i.id limit ?",
        row -> row.getLong(1),
        kind.alert,
        kind.listed,
        before,
        before,
        limit);
  }

  /// Removes some of an incident's findings, and what outputs could not deliver of them.
  ///
  /// @return how many
  private static int removeFindings(Sql sql, long incident, int limit) throws SQLException {
    String those = "(select id from findings where incident_id = ? order by id limit ?)";
    sql.run("delete from dead_letters where finding_id in " + those, incident, limit);
    return sql.run("delete from findings where id in " + those, incident, limit);
  }

  private static void note(Sql sql, long before, Day day) throws SQLException {
    sql.run(
        "update chores set position = ? where name = ? and position < ?",
        before,
        REMOVED_BEFORE,
        before);
    sql.run(
        """
        insert into removed (day, incidents, findings, acts) values (?, ?, ?, ?)
        on conflict (day) do update set incidents = removed.incidents + excluded.incidents,
          findings = removed.findings + excluded.findings, acts = removed.acts + excluded.acts
        """,
        day.day() - Math.floorMod(day.day(), DAY_MILLIS),
        day.incidents(),
        day.findings(),
        day.acts());
  }

  /// The moment before which a finding that is not here may have been here.
  static long removedBefore(Sql sql) throws SQLException {
    return sql.number("select position from chores where name = ?", REMOVED_BEFORE);
  }

  @Override
  public boolean giveBack(long keep) throws StoreException {
    return space().free() > keep && writer.write(sql -> sql.dialect().giveBack(sql, keep));
  }

  @Override
  public boolean complete(Reader reader, int limit) throws StoreException {
    long left =
        connections.read(
            sql -> sql.number("select position from chores where name = ?", COMPONENTS));
    return left > 0 && writer.write(sql -> complete(sql, reader, left, limit));
  }

  private record Bare(long id, @Nullable Deflated json) {}

  private static boolean complete(Sql sql, Reader reader, long from, int limit)
      throws SQLException {
    List<Bare> bare =
        sql.list(
            """
            select i.id, (select f.json from findings f where f.incident_id = i.id
                          order by f.revision desc, f.id desc limit 1)
            from incidents i where i.id <= ? and i.component = '' order by i.id desc limit ?
            """,
            row -> {
              byte[] json = row.getBytes(2);
              return new Bare(row.getLong(1), json == null ? null : Deflated.stored(json));
            },
            from,
            limit);
    for (Bare incident : bare) {
      complete(sql, reader, incident);
    }
    long next = bare.size() < limit ? 0 : bare.getLast().id() - 1;
    sql.run("update chores set position = ? where name = ?", next, COMPONENTS);
    return next > 0;
  }

  /// A record that is damaged stays without.
  private static void complete(Sql sql, Reader reader, Bare incident) throws SQLException {
    if (incident.json == null) {
      return;
    }
    try {
      FindingRecord record = reader.of(incident.json.plain());
      sql.run(
          "update incidents set component = ?, component_hash = ? where id = ?",
          record.component(),
          record.componentHash(),
          incident.id);
    } catch (StoreException | IllegalArgumentException _) {
      // Its page says so when somebody opens it.
    }
  }

  @Override
  public Due due(Cut cut) throws StoreException {
    return connections.read(sql ->
        new Due(
            count(sql, CLOSED_ALERTS, cut.alerts()),
            count(sql, CLOSED_RECORDS, cut.records()) + count(sql, OPEN_RECORDS, cut.records()),
            sql.number(
                "select count(*) from (select 1 as one from audit where at < ? limit ?) a",
                cut.acts(),
                COUNTED),
            count(sql, OPEN_ALERTS, cut.alerts())));
  }

  private static long count(Sql sql, Kind kind, long before) throws SQLException {
    return sql.number(
        "select count(*) from (select 1 as one " + OLD + " limit ?) o",
        kind.alert,
        kind.listed,
        before,
        before,
        COUNTED);
  }

  @Override
  public List<Day> removed(int days) throws StoreException {
    return connections.read(sql ->
        sql.list(
            "select day, incidents, findings, acts from removed order by day desc limit ?",
            row -> new Day(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)),
            days));
  }

  @Override
  public Space space() throws StoreException {
    return connections.read(sql -> sql.dialect().space(sql));
  }
}
