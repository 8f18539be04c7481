package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.Sessions;
import io.graftwatch.collector.store.StoreException;

/// [Sessions] in SQLite.
record SqlSessions(Connections connections, Writer writer) implements Sessions {
  /// A session's last use is noted at most this often, so that reading pages hardly writes.
  private static final long NOTE_MILLIS = 60_000;

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
      sql.run("delete from sessions where expires <= ?", now);
      if (spent == 1) {
        sql.run(
            "insert into sessions (session, used_at, expires) values (?, ?, ?)",
            session,
            now,
            expires);
      }
      return spent == 1;
    });
  }

  @Override
  public boolean use(Digest session, long now, long idle) throws StoreException {
    Long usedAt =
        connections.read(sql ->
            sql.first(
                "select used_at from sessions where session = ? and expires > ?",
                row -> row.getLong(1),
                session,
                now));
    if (usedAt == null || now - usedAt > idle) {
      return false;
    }
    if (now - usedAt > NOTE_MILLIS) {
      writer.write(
          sql -> sql.run("update sessions set used_at = ? where session = ?", now, session));
    }
    return true;
  }

  @Override
  public void end(Digest session) throws StoreException {
    writer.write(sql -> sql.run("delete from sessions where session = ?", session));
  }
}
