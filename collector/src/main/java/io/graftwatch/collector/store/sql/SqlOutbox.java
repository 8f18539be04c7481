package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.FindingRecord;
import io.graftwatch.collector.store.Outbox;
import io.graftwatch.collector.store.StoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/// [Outbox] in SQL. It trusts that findings become visible in the order of their numbers, as they
/// do with one writer.
record SqlOutbox(Connections connections, Writer writer) implements Outbox {
  @Override
  public Progress progress(String output) throws StoreException {
    return connections.read(sql -> {
      long newest = sql.number("select max(id) from findings");
      long position = sql.number("select position from outputs where name = ?", output);
      long again =
          sql.number(
              """
              select count(*) from dead_letters d join findings f on f.id = d.finding_id
              where d.output = ? and d.again = 1
              """,
              output);
      // Numbers began anew: somebody has put another store in place.
      return new Progress(position > newest ? 0 : position, newest, again);
    });
  }

  @Override
  public void begin(String output) throws StoreException {
    writer.write(sql -> {
      sql.run(
          """
          delete from dead_letters
          where output = ? and finding_id not in (select id from findings)
          """,
          output);
      return sql.run(
          """
          insert into outputs (name, position)
          select ?, coalesce(max(id), 0) from findings where true
          on conflict (name) do nothing
          """,
          output);
    });
  }

  @Override
  public List<Item> next(String output, long after, int limit) throws StoreException {
    return connections.read(sql -> {
      List<Item> again =
          sql.list(
              """
              select f.id, i.agent_id, i.finding_uid, f.revision, f.other_uid, f.json, 1
              from dead_letters d
              join findings f on f.id = d.finding_id join incidents i on i.id = f.incident_id
              where d.output = ? and d.again = 1 order by f.id limit ?
              """,
              SqlOutbox::item,
              output,
              limit);
      return again.isEmpty()
          ? sql.list(
              """
              select f.id, i.agent_id, i.finding_uid, f.revision, f.other_uid, f.json, 0
              from findings f join incidents i on i.id = f.incident_id
              where f.id > ? order by f.id limit ?
              """,
              SqlOutbox::item,
              after,
              limit)
          : again;
    });
  }

  private static Item item(ResultSet row) throws SQLException {
    return new Item(
        row.getLong(1),
        row.getString(2),
        FindingRecord.uid(row.getString(3), row.getInt(4), row.getString(5)),
        Deflated.stored(row.getBytes(6)),
        row.getInt(7) == 1);
  }

  @Override
  public void settle(String output, long position, int taken, List<Long> again, long now)
      throws StoreException {
    writer.write(sql -> {
      for (long number : again) {
        delete(sql, output, number);
      }
      return sql.run(
          """
          update outputs set position = ?, delivered = delivered + ?, delivered_at = ?
          where name = ?
          """,
          position,
          taken,
          now,
          output);
    });
  }

  @Override
  public void bury(String output, long number, long position, String reason, long now)
      throws StoreException {
    writer.write(sql -> {
      sql.run(
          """
          insert into dead_letters (output, finding_id, reason, died_at) values (?, ?, ?, ?)
          on conflict (output, finding_id) do update
          set reason = excluded.reason, died_at = excluded.died_at, again = 0
          """,
          output,
          number,
          reason,
          now);
      return sql.run("update outputs set position = ? where name = ?", position, output);
    });
  }

  @Override
  public void note(String output, String problem, long now) throws StoreException {
    writer.write(sql ->
        sql.run(
            "update outputs set problem = ?, problem_at = ? where name = ?",
            problem,
            problem.isEmpty() ? 0 : now,
            output));
  }

  @Override
  public List<State> states() throws StoreException {
    return connections.read(sql -> {
      long newest = sql.number("select max(id) from findings");
      return sql.list(
          """
          select o.name, o.position, o.delivered, o.delivered_at, o.problem, o.problem_at,
                 (select count(*) from dead_letters d where d.output = o.name)
          from outputs o order by o.name
          """,
          row ->
              new State(
                  row.getString(1),
                  row.getLong(2) > newest ? newest : newest - row.getLong(2),
                  row.getLong(3),
                  row.getLong(4),
                  row.getString(5),
                  row.getLong(6),
                  row.getLong(7)));
    });
  }

  @Override
  public List<DeadLetter> deadLetters(String output, int limit) throws StoreException {
    return connections.read(sql ->
        sql.list(
            """
            select d.output, d.finding_id, i.agent_id, f.revision, f.other_uid, i.finding_uid,
                   i.host, i.message, d.reason, d.died_at, d.again
            from dead_letters d
            join findings f on f.id = d.finding_id
            join incidents i on i.id = f.incident_id
            where d.output = ? order by d.died_at desc, d.finding_id desc limit ?
            """,
            row ->
                new DeadLetter(
                    row.getString(1),
                    row.getLong(2),
                    row.getString(3),
                    FindingRecord.uid(row.getString(6), row.getInt(4), row.getString(5)),
                    row.getString(6),
                    row.getString(7),
                    row.getString(8),
                    row.getString(9),
                    row.getLong(10),
                    row.getInt(11) == 1),
            output,
            limit));
  }

  @Override
  public int retry(String output, List<Long> numbers, Act act) throws StoreException {
    return each(
        output, numbers, act, "update dead_letters set again = 1 where output = ? and again = 0");
  }

  @Override
  public int discard(String output, List<Long> numbers, Act act) throws StoreException {
    return each(output, numbers, act, "delete from dead_letters where output = ?");
  }

  private int each(String output, List<Long> numbers, Act act, String statement)
      throws StoreException {
    return writer.write(sql -> {
      AuditRows.note(sql, act);
      if (numbers.isEmpty()) {
        return sql.run(statement, output);
      }
      int changed = 0;
      for (long number : numbers) {
        changed += sql.run(statement + " and finding_id = ?", output, number);
      }
      return changed;
    });
  }

  private static void delete(Sql sql, String output, long number) throws SQLException {
    sql.run("delete from dead_letters where output = ? and finding_id = ?", output, number);
  }
}
