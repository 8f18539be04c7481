package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.FindingRecord;
import io.graftwatch.collector.store.Findings;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.store.StoreException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// [Findings] in SQLite.
record SqlFindings(Connections connections, Writer writer) implements Findings {
  private static final int WINDOW = 1_000;

  @Override
  public Appended append(String agentId, List<FindingRecord> records, List<Long> refused, long now)
      throws StoreException {
    return writer.write(sql -> {
      var stored = new ArrayList<Boolean>(records.size());
      var arrived = new TreeSet<Long>(refused);
      long removedBefore = SqlRetention.removedBefore(sql);
      for (FindingRecord record : records) {
        boolean removed =
            record.time() < removedBefore && Arrived.contains(sql, agentId, record.sequence());
        stored.add(!removed && append(sql, agentId, record, now));
        if (record.sequence() > 0) {
          arrived.add(record.sequence());
        }
      }
      Arrived.note(sql, agentId, arrived);
      return new Appended(stored, Arrived.through(sql, agentId));
    });
  }

  static boolean append(Sql sql, String agentId, FindingRecord record, long now)
      throws SQLException {
    Incident old = IncidentRows.byUid(sql, record.findingUid(), agentId);
    if (old != null && isStored(sql, old, record)) {
      return false;
    }
    long incident =
        old == null
            ? IncidentRows.insert(sql, agentId, record, now)
            : IncidentRows.advance(sql, old, record, now);
    sql.run(
        """
        insert into findings (incident_id, revision, other_uid, time, received_at, json)
        values (?, ?, ?, ?, ?, ?)
        """,
        incident,
        record.revision(),
        record.otherUid(),
        record.time(),
        now,
        record.json());
    return true;
  }

  private static boolean isStored(Sql sql, Incident incident, FindingRecord record)
      throws SQLException {
    return sql.number(
            "select id from findings where incident_id = ? and revision = ? and other_uid = ?",
            incident.id(),
            record.revision(),
            record.otherUid())
        > 0;
  }

  @Override
  public List<Incident> incidents(IncidentQuery query) throws StoreException {
    return connections.read(sql -> IncidentRows.page(sql, query));
  }

  @Override
  public Window window(IncidentQuery query, long below) throws StoreException {
    return connections.read(sql -> {
      long highest = sql.number("select max(id) from incidents");
      long lowest = sql.number("select min(id) from incidents");
      long to = Math.min(below, highest + 1);
      long from = Math.max(lowest, to - WINDOW);
      return new Window(
          from < to ? IncidentRows.among(sql, query, from, to) : List.of(),
          from > lowest ? from : 0);
    });
  }

  @Override
  public @Nullable Incident incident(String findingUid, @Nullable String agentId)
      throws StoreException {
    return connections.<@Nullable Incident>read(
        sql -> IncidentRows.byUid(sql, findingUid, agentId));
  }

  @Override
  public List<Revision> revisions(Incident incident, int limit) throws StoreException {
    return connections
        .read(sql ->
            sql.list(
                """
                select other_uid, revision, time, received_at, json from findings
                where incident_id = ? order by revision desc, id desc limit ?
                """,
                row ->
                    new Revision(
                        FindingRecord.uid(incident.findingUid(), row.getInt(2), row.getString(1)),
                        row.getInt(2),
                        row.getLong(3),
                        row.getLong(4),
                        Deflated.stored(row.getBytes(5))),
                incident.id(),
                limit))
        .reversed();
  }

  @Override
  public Map<Integer, Long> openAlerts(long now) throws StoreException {
    return connections.read(sql -> {
      var counts = new TreeMap<Integer, Long>();
      sql.list(
              "select severity, count from open_alerts where count > 0",
              row -> Map.entry(row.getInt(1), row.getLong(2)))
          .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
      IncidentRows.suppressedAlerts(sql, now)
          .forEach((severity, count) -> counts.merge(severity, -count, Long::sum));
      counts.values().removeIf(count -> count <= 0);
      return counts;
    });
  }
}
