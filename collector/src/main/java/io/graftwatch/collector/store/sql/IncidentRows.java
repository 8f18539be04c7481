package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.FindingRecord;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.store.Triage;
import io.graftwatch.collector.store.Verdict;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The table of incidents with its text index and its counters.
final class IncidentRows {
  private static final String COLUMNS =
      """
      select id, agent_id, finding_uid, revision, records, severity, alert, open, host, analytic,
             title, message, state, codes, merged_into, first_seen, last_seen, changed_at,
             component, component_hash, triage, verdict
      from incidents
      """;

  private static final String COVERED =
      """
      exists (select 1 from suppressions s where s.expires > ? and s.ended_at = 0
        and (s.host = '' or s.host = incidents.host)
        and (s.component = '' or s.component = incidents.component)
        and (s.analytic = '' or s.analytic = incidents.analytic))
      """;

  private static final int RARE = 5_000;
  private static final int STRETCH = 1_000;
  private static final int LONGER = 8;

  /// So many numbers are in memory at once.
  private static final int LONGEST = 64_000;

  private IncidentRows() {}

  /// Takes a record that is not stored yet into its incident.
  ///
  /// @return the incident's number
  static long advance(Sql sql, Incident old, FindingRecord record, long now) throws SQLException {
    if (record.revision() < old.revision()) {
      sql.run("update incidents set records = records + 1 where id = ?", old.id());
      return old.id();
    }
    Triage.State triage = old.triage();
    if (triage == Triage.State.CLOSED && record.open() && record.severity() > old.severity()) {
      triage = Triage.State.NEW;
    }
    boolean listed = record.open() && triage != Triage.State.CLOSED;
    sql.run(
        """
        update incidents set revision = ?, records = records + 1, severity = ?, alert = ?, open = ?,
          host = ?, analytic = ?, title = ?, message = ?, state = ?, codes = ?, merged_into = ?,
          first_seen = ?, last_seen = ?, changed_at = ?, component = ?, component_hash = ?,
          triage = ?, verdict = ?, listed = ?
        where id = ?
        """,
        record.revision(),
        record.severity(),
        record.alert(),
        record.open(),
        record.host(),
        record.analytic(),
        record.title(),
        record.message(),
        record.state(),
        record.codes(),
        record.mergedInto(),
        record.firstSeen(),
        record.lastSeen(),
        now,
        record.component(),
        record.componentHash(),
        triage.id(),
        triage == old.triage() ? old.verdict().id() : Verdict.UNKNOWN.id(),
        listed,
        old.id());
    if (triage != old.triage()) {
      String why = "new evidence is worse than what was closed";
      AuditRows.note(sql, Act.on(old, now, FindingRecord.COLLECTOR, "reopen", why));
    }
    sql.run(sql.dialect().unindexing(), old.id());
    index(sql, old.id(), record);
    count(sql, old.alert() && old.listed(), old.severity(), -1);
    count(sql, record.alert() && listed, record.severity(), 1);
    return old.id();
  }

  /// Opens an incident with its first record.
  ///
  /// @return the incident's number
  static long insert(Sql sql, String agentId, FindingRecord record, long now) throws SQLException {
    Long id =
        sql.first(
            """
            insert into incidents (agent_id, finding_uid, revision, records, severity, alert, open,
              host, analytic, title, message, state, codes, merged_into, first_seen, last_seen,
              changed_at, component, component_hash, listed)
            values (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id
            """,
            row -> row.getLong(1),
            agentId,
            record.findingUid(),
            record.revision(),
            record.severity(),
            record.alert(),
            record.open(),
            record.host(),
            record.analytic(),
            record.title(),
            record.message(),
            record.state(),
            record.codes(),
            record.mergedInto(),
            record.firstSeen(),
            record.lastSeen(),
            now,
            record.component(),
            record.componentHash(),
            record.open());
    if (id == null) {
      throw new SQLException("an insert returned no row");
    }
    index(sql, id, record);
    count(sql, record.alert() && record.open(), record.severity(), 1);
    return id;
  }

  private static void index(Sql sql, long id, FindingRecord record) throws SQLException {
    Dialect dialect = sql.dialect();
    sql.run(dialect.indexing(), id, dialect.indexed(record.searchText()));
  }

  /// Takes an incident to a state in which it is not.
  static void judge(Sql sql, Incident old, Triage.State state, Verdict verdict)
      throws SQLException {
    boolean listed = old.open() && state != Triage.State.CLOSED;
    sql.run(
        "update incidents set triage = ?, verdict = ?, listed = ? where id = ?",
        state.id(),
        verdict.id(),
        listed,
        old.id());
    count(sql, old.alert() && old.listed(), old.severity(), -1);
    count(sql, old.alert() && listed, old.severity(), 1);
  }

  private static void count(Sql sql, boolean counted, int severity, int change)
      throws SQLException {
    if (!counted) {
      return;
    }
    sql.run(
        """
        insert into open_alerts (severity, count) values (?, ?)
        on conflict (severity) do update set count = open_alerts.count + excluded.count
        """,
        severity,
        change);
  }

  static @Nullable Incident byId(Sql sql, long id) throws SQLException {
    return sql.first(COLUMNS + "where id = ?", IncidentRows::read, id);
  }

  /// @param where a condition that the values are bound to
  static List<Incident> latest(Sql sql, String where, int limit, Object... values)
      throws SQLException {
    var bound = new ArrayList<@Nullable Object>(List.of(values));
    bound.add(limit);
    return sql.list(
        COLUMNS + where + " order by changed_at desc, id desc limit ?",
        IncidentRows::read,
        bound.toArray());
  }

  static @Nullable Incident byUid(Sql sql, String findingUid, @Nullable String agentId)
      throws SQLException {
    return agentId == null
        ? sql.first(
            COLUMNS + "where finding_uid = ? order by changed_at desc, id desc limit 1",
            IncidentRows::read,
            findingUid)
        : sql.first(
            COLUMNS + "where finding_uid = ? and agent_id = ?",
            IncidentRows::read,
            findingUid,
            agentId);
  }

  /// What a page is read by. The database does not know how much there is of a thing, and reads
  /// every row when it guesses wrong, so what is rare is asked first; everything else is met soon
  /// on the way through the list.
  private enum Lead {
    LIST,
    HOST,
    ANALYTIC,
    SEVERITY,
    WORDS
  }

  private static Lead lead(Sql sql, IncidentQuery query, String words) throws SQLException {
    if (!words.isEmpty() && isRare(sql, sql.dialect().matches(), words)) {
      return Lead.WORDS;
    }
    if (query.host() != null) {
      return Lead.HOST;
    }
    String rows = "select 1 as one from incidents where ";
    String analytic = query.analytic();
    if (analytic != null && isRare(sql, rows + "analytic = ?", analytic)) {
      return Lead.ANALYTIC;
    }
    int severity = query.minSeverity();
    return severity > 0 && isRare(sql, rows + "severity >= ?", severity)
        ? Lead.SEVERITY
        : Lead.LIST;
  }

  private static boolean isRare(Sql sql, String rows, Object value) throws SQLException {
    return sql.number("select count(*) from (" + rows + " limit ?) r", value, RARE) < RARE;
  }

  static List<Incident> page(Sql sql, IncidentQuery query) throws SQLException {
    String words = words(sql, query);
    Lead lead = lead(sql, query, words);
    if (!words.isEmpty() && lead != Lead.WORDS) {
      return byStretches(sql, query, lead, words);
    }
    var page = new Page(query, lead);
    if (!words.isEmpty()) {
      page.add(sql.dialect().matching(), words);
    }
    return page.incidents(sql, query.before(), query.limit());
  }

  /// For words that many incidents hold: the list is gone through by stretches, each longer than
  /// the one before, and the words are looked up among the numbers of one stretch only.
  private static List<Incident> byStretches(Sql sql, IncidentQuery query, Lead lead, String words)
      throws SQLException {
    var found = new ArrayList<Incident>();
    IncidentQuery.Cursor before = query.before();
    int length = STRETCH;
    while (found.size() < query.limit()) {
      List<IncidentQuery.Cursor> stretch = new Page(query, lead).rows(sql, before, length);
      if (stretch.isEmpty()) {
        break;
      }
      LongSummaryStatistics numbers =
          stretch.stream().mapToLong(IncidentQuery.Cursor::id).summaryStatistics();
      IncidentQuery.Cursor last = stretch.getLast();
      var page = new Page(query, lead);
      page.add("(changed_at, id) >= (?, ?)", last.changedAt(), last.id());
      page.add("+" + sql.dialect().matchingAmong(), words, numbers.getMin(), numbers.getMax() + 1);
      found.addAll(page.incidents(sql, before, query.limit() - found.size()));
      if (stretch.size() < length) {
        break;
      }
      before = last;
      length = Math.min(length * LONGER, LONGEST);
    }
    return found;
  }

  /// The conditions of a page and what is bound to them.
  private static final class Page {
    private final List<String> where = new ArrayList<>();
    private final List<@Nullable Object> values = new ArrayList<>();
    private final boolean sorted;

    /// @param lead what of it is rare is looked up and then sorted; the rest lies in order
    Page(IncidentQuery query, Lead lead) {
      sorted = lead == Lead.WORDS || lead == Lead.SEVERITY;
      filter(query, lead, where, values);
    }

    void add(String condition, Object... bound) {
      where.add(condition);
      values.addAll(List.of(bound));
    }

    List<Incident> incidents(Sql sql, IncidentQuery.@Nullable Cursor before, int limit)
        throws SQLException {
      return list(sql, COLUMNS, before, limit, IncidentRows::read);
    }

    List<IncidentQuery.Cursor> rows(Sql sql, IncidentQuery.@Nullable Cursor before, int limit)
        throws SQLException {
      return list(
          sql,
          "select changed_at, id from incidents ",
          before,
          limit,
          row -> new IncidentQuery.Cursor(row.getLong(1), row.getLong(2)));
    }

    private <T> List<T> list(
        Sql sql, String select, IncidentQuery.@Nullable Cursor before, int limit, Sql.Row<T> reader)
        throws SQLException {
      String plus = sorted ? "+" : "";
      var conditions = new ArrayList<>(where);
      var bound = new ArrayList<>(values);
      if (before != null) {
        conditions.add("(%schanged_at, %sid) < (?, ?)".formatted(plus, plus));
        bound.add(before.changedAt());
        bound.add(before.id());
      }
      bound.add(limit);
      String text =
          select
              + (conditions.isEmpty() ? "" : "where " + String.join(" and ", conditions))
              + " order by %schanged_at desc, %sid desc limit ?".formatted(plus, plus);
      return sql.list(text, reader, bound.toArray());
    }
  }

  /// Those among the incidents of these numbers. The numbers are gone through as they lie, whatever
  /// the filter: no index leads there faster when everything is wanted.
  static List<Incident> among(Sql sql, IncidentQuery query, long from, long to)
      throws SQLException {
    var where = new ArrayList<String>();
    var values = new ArrayList<@Nullable Object>(List.of(from, to, to - from));
    filter(query, Lead.WORDS, where, values);
    String words = words(sql, query);
    if (!words.isEmpty()) {
      where.add(sql.dialect().matchingAmong());
      values.addAll(List.of(words, from, to));
    }
    String text =
        COLUMNS.replace(
                "from incidents",
                "from (select * from incidents where id >= ? and id < ? limit ?) incidents")
            + (where.isEmpty() ? "" : "where " + String.join(" and ", where))
            + " order by id desc";
    return sql.list(text, IncidentRows::read, values.toArray());
  }

  private static String words(Sql sql, IncidentQuery query) {
    return query.text() == null ? "" : sql.dialect().query(query.text());
  }

  /// What a query asks for besides words and page. An expression is something that no index has, so
  /// the lead alone is looked up.
  private static void filter(
      IncidentQuery query, Lead lead, List<String> where, List<@Nullable Object> values) {
    String listed = lead == Lead.LIST ? "listed" : "+listed";
    if (query.kind() != IncidentQuery.Kind.ANY) {
      where.add(lead == Lead.LIST ? "alert = ?" : "+alert = ?");
      values.add(query.kind() == IncidentQuery.Kind.ALERTS);
    }
    switch (query.state()) {
      case OPEN -> where.add(listed + " = 1");
      case NEW -> where.add(listed + " = 1 and triage = 0");
      case ACKNOWLEDGED -> where.add(listed + " = 1 and triage = 1");
      case CLOSED -> where.add(listed + " = 0");
      case ANY -> {}
    }
    if (query.suppressed() != IncidentQuery.Suppressed.SHOWN) {
      where.add(query.suppressed() == IncidentQuery.Suppressed.ONLY ? COVERED : "not " + COVERED);
      values.add(query.now());
    }
    if (query.minSeverity() > 0) {
      where.add(lead == Lead.SEVERITY ? "severity >= ?" : "+severity >= ?");
      values.add(query.minSeverity());
    }
    if (query.host() != null) {
      where.add(lead == Lead.HOST ? "host = ?" : "coalesce(host, '') = ?");
      values.add(query.host());
    }
    if (query.analytic() != null) {
      where.add(
          lead == Lead.LIST || lead == Lead.ANALYTIC
              ? "analytic = ?"
              : "coalesce(analytic, '') = ?");
      values.add(query.analytic());
    }
  }

  /// Open alerts that a suppression hides, by severity. Only the list is read, and only while there
  /// is a suppression.
  static Map<Integer, Long> suppressedAlerts(Sql sql, long now) throws SQLException {
    Long active =
        sql.first(
            "select count(*) from suppressions where expires > ? and ended_at = 0",
            row -> row.getLong(1),
            now);
    if (active == null || active == 0) {
      return Map.of();
    }
    return sql
        .list(
            "select severity, count(*) from incidents where alert = 1 and listed = 1 and "
                + COVERED
                + " group by severity",
            row -> Map.entry(row.getInt(1), row.getLong(2)),
            now)
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Incident read(ResultSet row) throws SQLException {
    return new Incident(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getInt(4),
        row.getInt(5),
        row.getInt(6),
        row.getBoolean(7),
        row.getBoolean(8),
        row.getString(9),
        row.getString(10),
        row.getString(11),
        row.getString(12),
        row.getString(13),
        row.getString(14),
        row.getString(15),
        row.getLong(16),
        row.getLong(17),
        row.getLong(18),
        row.getString(19),
        row.getString(20),
        Triage.State.of(row.getInt(21)),
        Verdict.of(row.getInt(22)));
  }
}
