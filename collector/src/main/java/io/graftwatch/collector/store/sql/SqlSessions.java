package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Sessions;
import io.graftwatch.collector.store.StoreException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// [Sessions] in tables.
record SqlSessions(Connections connections, Writer writer) implements Sessions {
  /// A session's last use is noted at most this often, so that reading pages hardly writes.
  private static final long NOTE_MILLIS = 60_000;

  private record Use(Person person, long at) {}

  @Override
  public void start(String person, Digest session, String address, long now, long expires)
      throws StoreException {
    writer.write(sql -> {
      sql.run("delete from sessions where expires <= ?", now);
      AuditRows.note(sql, new Act(now, person, "sign in", person, "from " + address));
      return sql.run(
          """
          insert into sessions (session, person, address, created_at, used_at, expires)
          values (?, ?, ?, ?, ?, ?)
          """,
          session,
          person,
          address,
          now,
          now,
          expires);
    });
  }

  @Override
  public @Nullable Person use(Digest session, long now, long idle) throws StoreException {
    Use last =
        connections.read(sql ->
            sql.first(
                """
                select people.name, people.role, sessions.used_at
                from sessions join people on people.name = sessions.person
                where session = ? and expires > ? and disabled_at = 0
                """,
                row ->
                    new Use(
                        new Person(row.getString(1), Person.Role.valueOf(row.getString(2))),
                        row.getLong(3)),
                session,
                now));
    if (last == null || now - last.at() > idle) {
      return null;
    }
    if (now - last.at() > NOTE_MILLIS) {
      writer.write(
          sql -> sql.run("update sessions set used_at = ? where session = ?", now, session));
    }
    return last.person();
  }

  @Override
  public List<Session> of(String person, long now, long idle) throws StoreException {
    return connections.read(sql ->
        sql.list(
            """
            select session, created_at, used_at, address from sessions
            where person = ? and expires > ? and used_at >= ? order by used_at desc limit 100
            """,
            row ->
                new Session(
                    Digest.stored(row.getBytes(1)),
                    row.getLong(2),
                    row.getLong(3),
                    row.getString(4)),
            person,
            now,
            now - idle));
  }

  @Override
  public void end(Digest session) throws StoreException {
    writer.write(sql -> sql.run("delete from sessions where session = ?", session));
  }
}
