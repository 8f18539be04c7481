package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.FindingRecord;
import io.graftwatch.collector.store.Findings;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.store.StoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// [Findings] in SQLite.
record SqlFindings(Connections connections, Writer writer) implements Findings {
  private static final int WINDOW = 1_000;
  private static final String RECORD =
      """
      select id, other_uid, revision, time, received_at, json from findings
      where incident_id = ?
      """;

  /// The least that can be configured to be kept.
  private static final long YOUNGEST = Duration.ofDays(1).toMillis();

  @Override
  public Appended append(String agentId, List<FindingRecord> records, List<Long> refused, long now)
      throws StoreException {
    return writer.write(sql -> {
      var stored = new ArrayList<Boolean>(records.size());
      var arrived = new TreeSet<Long>(refused);
      // Nothing so young is removed, whatever the clock said when it was.
      long removedBefore = Math.min(SqlRetention.removedBefore(sql), now - YOUNGEST);
      for (FindingRecord record : records) {
        stored.add(
            !isRemoved(sql, agentId, record, removedBefore) && append(sql, agentId, record, now));
        if (record.sequence() > 0) {
          arrived.add(record.sequence());
        }
      }
      Arrived.note(sql, agentId, arrived);
      return new Appended(stored, Arrived.through(sql, agentId));
    });
  }

  /// Whether it was here before, and went with its incident when that was old.
  private static boolean isRemoved(
      Sql sql, String agentId, FindingRecord record, long removedBefore) throws SQLException {
    return record.time() < removedBefore
        && Arrived.contains(sql, agentId, record.sequence())
        && IncidentRows.byUid(sql, record.findingUid(), agentId) == null;
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
                RECORD + "order by revision desc, id desc limit ?",
                row -> revision(row, incident),
                incident.id(),
                limit))
        .reversed();
  }

  @Override
  public List<Revision> records(Incident incident, @Nullable Revision after, int limit)
      throws StoreException {
    return connections.read(sql ->
        sql.list(
            RECORD + "and (revision, id) > (?, ?) order by revision, id limit ?",
            row -> revision(row, incident),
            incident.id(),
            after == null ? 0 : after.revision(),
            after == null ? 0 : after.id(),
            limit));
  }

  private static Revision revision(ResultSet row, Incident incident) throws SQLException {
    return new Revision(
        row.getLong(1),
        FindingRecord.uid(incident.findingUid(), row.getInt(3), row.getString(2)),
        row.getInt(3),
        row.getLong(4),
        row.getLong(5),
        Deflated.stored(row.getBytes(6)));
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
