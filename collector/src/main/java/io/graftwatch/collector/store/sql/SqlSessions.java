package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Sessions;
import io.graftwatch.collector.store.StoreException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// [Sessions] in tables.
record SqlSessions(Connections connections, Writer writer) implements Sessions {
  /// A session's last use is noted at most this often, so that reading pages hardly writes.
  private static final long NOTE_MILLIS = 60_000;

  private record Use(Person person, long at) {}

  @Override
  public void addLink(Digest link, long expires) throws StoreException {
    writer.write(
        sql -> sql.run("insert into admin_links (link, expires) values (?, ?)", link, expires));
  }

  @Override
  public boolean open(Digest link, Digest session, long now, long expires) throws StoreException {
    return writer.write(sql -> {
      int spent = sql.run("delete from admin_links where link = ? and expires > ?", link, now);
      sql.run("delete from admin_links where expires <= ?", now);
      if (spent == 1) {
        start(sql, new Person("admin", Person.Role.ADMIN), session, now, expires);
      }
      return spent == 1;
    });
  }

  @Override
  public void start(Person person, Digest session, long now, long expires) throws StoreException {
    writer.write(sql -> start(sql, person, session, now, expires));
  }

  private static int start(Sql sql, Person person, Digest session, long now, long expires)
      throws SQLException {
    sql.run("delete from sessions where expires <= ?", now);
    sql.run(
        """
        insert into people (name, role, password, created_at) values (?, ?, '', ?)
        on conflict (name) do nothing
        """,
        person.name(),
        person.role().name(),
        now);
    AuditRows.note(sql, new Act(now, person.name(), "sign in", person.name(), ""));
    return sql.run(
        """
        insert into sessions (session, person, created_at, used_at, expires)
        values (?, ?, ?, ?, ?)
        """,
        session,
        person.name(),
        now,
        now,
        expires);
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
  public void end(Digest session) throws StoreException {
    writer.write(sql -> sql.run("delete from sessions where session = ?", session));
  }
}
