package io.graftwatch.collector.store.sql;

import java.sql.SQLException;
import java.util.SortedSet;

/// Which numbers of an agent's records have arrived, as intervals: one row while nothing is
/// missing.
final class Arrived {
  private Arrived() {}

  /// Notes what one batch brought, each run of numbers at once.
  static void note(Sql sql, String agentId, SortedSet<Long> numbers) throws SQLException {
    long first = 0;
    long last = -1;
    for (long number : numbers) {
      if (number != last + 1 || first == 0) {
        if (first > 0) {
          note(sql, agentId, new Interval(first, last));
        }
        first = number;
      }
      last = number;
    }
    if (first > 0) {
      note(sql, agentId, new Interval(first, last));
    }
  }

  private static void note(Sql sql, String agentId, Interval run) throws SQLException {
    Interval below =
        sql.first(
            """
            select low, high from arrived where agent_id = ? and low <= ? order by low desc limit 1
            """,
            row -> new Interval(row.getLong(1), row.getLong(2)),
            agentId,
            run.low);
    if (below != null && below.high >= run.high) {
      return;
    }
    Long above =
        sql.first(
            "select max(high) from arrived where agent_id = ? and low > ? and low <= ?",
            row -> row.getLong(1),
            agentId,
            run.low,
            run.high + 1);
    long high = above == null ? run.high : Math.max(above, run.high);
    if (above != null && above > 0) {
      sql.run(
          "delete from arrived where agent_id = ? and low > ? and low <= ?",
          agentId,
          run.low,
          run.high + 1);
    }
    sql.run(
        """
        insert into arrived (agent_id, low, high) values (?, ?, ?)
        on conflict (agent_id, low) do update set high = excluded.high
        """,
        agentId,
        below != null && below.high >= run.low - 1 ? below.low : run.low,
        high);
  }

  /// The highest number up to which none is missing, counted from 1; 0 when the first is missing.
  static long through(Sql sql, String agentId) throws SQLException {
    Long high =
        sql.first(
            "select high from arrived where agent_id = ? and low = 1",
            row -> row.getLong(1),
            agentId);
    return high == null ? 0 : high;
  }

  /// Whether this one has arrived; 0 is no number.
  static boolean contains(Sql sql, String agentId, long number) throws SQLException {
    long high =
        sql.number(
            "select high from arrived where agent_id = ? and low <= ? order by low desc limit 1",
            agentId,
            number);
    return number > 0 && number <= high;
  }

  /// How many have arrived.
  static long count(Sql sql, String agentId) throws SQLException {
    Long count =
        sql.first(
            "select coalesce(sum(high - low + 1), 0) from arrived where agent_id = ?",
            row -> row.getLong(1),
            agentId);
    return count == null ? 0 : count;
  }

  private record Interval(long low, long high) {}
}
