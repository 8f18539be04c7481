package io.graftwatch.collector.store.sql;

import java.sql.SQLException;

/// Which numbers of an agent's records have arrived, as intervals: one row while nothing is
/// missing.
final class Arrived {
  private Arrived() {}

  static void note(Sql sql, String agentId, long number) throws SQLException {
    Interval below =
        sql.first(
            "select low, high from arrived where agent_id = ? and low <= ? order by low desc",
            row -> new Interval(row.getLong(1), row.getLong(2)),
            agentId,
            number);
    if (below != null && below.high >= number) {
      return;
    }
    Long after =
        sql.first(
            "select high from arrived where agent_id = ? and low = ?",
            row -> row.getLong(1),
            agentId,
            number + 1);
    long high = after == null ? number : after;
    if (after != null) {
      sql.run("delete from arrived where agent_id = ? and low = ?", agentId, number + 1);
    }
    if (below != null && below.high == number - 1) {
      sql.run(
          "update arrived set high = ? where agent_id = ? and low = ?", high, agentId, below.low);
    } else {
      sql.run("insert into arrived (agent_id, low, high) values (?, ?, ?)", agentId, number, high);
    }
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
