package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.store.Suppression;
import io.graftwatch.collector.store.Suppression.Scope;
import io.graftwatch.collector.store.Triage;
import io.graftwatch.collector.store.Verdict;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/// [Triage] in plain SQL.
record SqlTriage(Connections connections, Writer writer) implements Triage {
  private static final String COVERED =
      """
      where (? = '' or host = ?) and (? = '' or component = ?) and (? = '' or analytic = ?)
        and changed_at >= ?
      """;

  @Override
  public int judge(
      List<Long> incidents, State state, Verdict verdict, String note, Person who, long now)
      throws StoreException {
    return writer.write(sql -> {
      int changed = 0;
      for (long id : incidents) {
        Incident old = IncidentRows.byId(sql, id);
        if (old == null || (old.triage() == state && old.verdict() == verdict)) {
          continue;
        }
        IncidentRows.judge(sql, old, state, verdict);
        AuditRows.note(sql, Act.on(old, now, who.name(), action(state), told(verdict, note)));
        changed++;
      }
      return changed;
    });
  }

  private static String action(State state) {
    return switch (state) {
      case NEW -> "reopen";
      case ACKNOWLEDGED -> "acknowledge";
      case CLOSED -> "close";
    };
  }

  private static String told(Verdict verdict, String note) {
    if (verdict == Verdict.UNKNOWN) {
      return note;
    }
    return note.isEmpty() ? verdict.word() : verdict.word() + ": " + note;
  }

  @Override
  public void note(long incident, String text, Person who, long now) throws StoreException {
    writer.write(sql -> {
      Incident about = IncidentRows.byId(sql, incident);
      if (about != null) {
        AuditRows.note(sql, Act.on(about, now, who.name(), "note", text));
      }
      return about != null;
    });
  }

  @Override
  public void suppress(Suppression suppression, Person who, long now) throws StoreException {
    Scope scope = suppression.scope();
    writer.write(sql -> {
      Long id =
          sql.first(
              """
              insert into suppressions (host, component, analytic, reason, made_by, made_at, expires)
              values (?, ?, ?, ?, ?, ?, ?) returning id
              """,
              row -> row.getLong(1),
              scope.host(),
              scope.component(),
              scope.analytic(),
              suppression.reason(),
              who.name(),
              now,
              suppression.expires());
      AuditRows.note(
          sql, new Act(now, who.name(), "suppress", "suppression " + id, suppression.reason()));
      return id;
    });
  }

  @Override
  public boolean end(long suppression, Person who, long now) throws StoreException {
    return writer.write(sql -> {
      int ended =
          sql.run(
              "update suppressions set ended_at = ? where id = ? and ended_at = 0 and expires > ?",
              now,
              suppression,
              now);
      if (ended == 1) {
        AuditRows.note(sql, new Act(now, who.name(), "end", "suppression " + suppression, ""));
      }
      return ended == 1;
    });
  }

  @Override
  public List<Suppression> suppressions(int limit) throws StoreException {
    return connections.read(sql ->
        sql.list(
            """
            select id, host, component, analytic, reason, made_by, made_at, expires, ended_at
            from suppressions order by ended_at = 0 desc, expires desc, id desc limit ?
            """,
            SqlTriage::suppression,
            limit));
  }

  private static Suppression suppression(ResultSet row) throws SQLException {
    return new Suppression(
        row.getLong(1),
        new Scope(row.getString(2), row.getString(3), row.getString(4)),
        row.getString(5),
        row.getString(6),
        row.getLong(7),
        row.getLong(8),
        row.getLong(9));
  }

  @Override
  public Affected affected(Scope scope, long since, int limit) throws StoreException {
    Object[] covered = {
      scope.host(),
      scope.host(),
      scope.component(),
      scope.component(),
      scope.analytic(),
      scope.analytic(),
      since
    };
    return connections.read(sql -> {
      Long count =
          sql.first("select count(*) from incidents " + COVERED, row -> row.getLong(1), covered);
      return new Affected(
          count == null ? 0 : count, IncidentRows.latest(sql, COVERED, limit, covered));
    });
  }

  @Override
  public List<Incident> elsewhere(Incident incident, int limit) throws StoreException {
    if (incident.component().isEmpty() && incident.componentHash().isEmpty()) {
      return List.of();
    }
    return connections.read(sql ->
        IncidentRows.latest(
            sql,
            """
            where id <> ? and ((component <> '' and component = ?)
              or (component_hash <> '' and substr(component_hash, 1, 16) = substr(?, 1, 16)
                and component_hash = ?))
            """,
            limit,
            incident.id(),
            incident.component(),
            incident.componentHash(),
            incident.componentHash()));
  }
}
