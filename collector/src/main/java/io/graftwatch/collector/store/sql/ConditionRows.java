package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Condition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/// The table of conditions.
final class ConditionRows {
  private static final String COLUMNS =
      """
      select subject, kind, part, host, detail, since, seen, cleared_at, told_at, revision,
             gathered, members
      from conditions
      """;
  private static final String REFUSED =
      " subject in (select id from agents where revoked_at is not null)";

  private ConditionRows() {}

  static List<Condition> of(Sql sql, String subject) throws SQLException {
    return sql.list(COLUMNS + "where subject = ?", ConditionRows::read, subject);
  }

  static List<Condition> all(Sql sql, int limit) throws SQLException {
    return sql.list(
        COLUMNS + "order by since, subject, kind, part limit ?", ConditionRows::read, limit);
  }

  /// What holds: a new row, or the present one a little later.
  static void hold(Sql sql, Condition found) throws SQLException {
    sql.run(
        """
        insert into conditions (subject, kind, part, host, detail, since, seen)
        values (?, ?, ?, ?, ?, ?, ?)
        on conflict (subject, kind, part) do update
        set detail = excluded.detail, seen = excluded.seen, cleared_at = 0
        """,
        found.subject(),
        found.kind().word(),
        found.part(),
        found.host(),
        found.detail(),
        found.since(),
        found.seen());
  }

  /// What holds no longer: forgotten when nobody was told, else kept until it has been closed.
  static void clear(Sql sql, Condition gone, String detail, long now) throws SQLException {
    if (!gone.isTold()) {
      delete(sql, gone);
    } else if (gone.isOpen()) {
      sql.run(
          """
          update conditions set cleared_at = ?, detail = ?
          where subject = ? and kind = ? and part = ?
          """,
          now,
          detail,
          gone.subject(),
          gone.kind().word(),
          gone.part());
    }
  }

  static boolean anyRefused(Sql sql) throws SQLException {
    return sql.first(
            COLUMNS + "where cleared_at = 0 and" + REFUSED + " limit 1", ConditionRows::read)
        != null;
  }

  static int clearRefused(Sql sql, long now) throws SQLException {
    sql.run("delete from conditions where told_at = 0 and" + REFUSED);
    return sql.run(
        "update conditions set cleared_at = ?, detail = ? where cleared_at = 0 and" + REFUSED,
        now,
        "the agent has been revoked");
  }

  /// Remembers what was told; what has happened to the row meanwhile stays.
  static void told(Sql sql, Condition told) throws SQLException {
    sql.run(
        """
        insert into conditions (subject, kind, part, host, detail, since, seen, told_at, revision,
          gathered, members)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (subject, kind, part) do update
        set told_at = excluded.told_at, revision = excluded.revision,
            gathered = excluded.gathered, members = excluded.members
        """,
        told.subject(),
        told.kind().word(),
        told.part(),
        told.host(),
        told.detail(),
        told.since(),
        told.seen(),
        told.toldAt(),
        told.revision(),
        told.gathered() ? 1 : 0,
        told.members());
  }

  /// Ends an episode. When it holds again already, that is the next one.
  static void forget(Sql sql, Condition over, long now) throws SQLException {
    int again =
        over.isFleet()
            ? 0
            : sql.run(
                """
                update conditions set since = ?, told_at = 0, revision = 0, gathered = 0
                where subject = ? and kind = ? and part = ? and cleared_at = 0
                """,
                now,
                over.subject(),
                over.kind().word(),
                over.part());
    if (again == 0) {
      delete(sql, over);
    }
  }

  private static void delete(Sql sql, Condition condition) throws SQLException {
    sql.run(
        "delete from conditions where subject = ? and kind = ? and part = ?",
        condition.subject(),
        condition.kind().word(),
        condition.part());
  }

  private static Condition read(ResultSet row) throws SQLException {
    return new Condition(
        row.getString(1),
        Condition.Kind.of(row.getString(2)),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getLong(6),
        row.getLong(7),
        row.getLong(8),
        row.getLong(9),
        row.getInt(10),
        row.getInt(11) == 1,
        row.getLong(12));
  }
}
