package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Person.Role;
import io.graftwatch.collector.store.Programs;
import io.graftwatch.collector.store.StoreException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// [Programs] in a table.
record SqlPrograms(Connections connections, Writer writer) implements Programs {
  @Override
  public boolean add(Token token, Digest secret, Act act) throws StoreException {
    return writer.write(sql -> {
      int added =
          sql.run(
              """
              insert into api_tokens (name, token, role, made_by, created_at, expires)
              values (?, ?, ?, ?, ?, ?) on conflict (name) do nothing
              """,
              token.name(),
              secret,
              token.role().name(),
              token.madeBy(),
              token.createdAt(),
              token.expires());
      if (added == 1) {
        AuditRows.note(sql, act);
      }
      return added == 1;
    });
  }

  @Override
  public List<Token> all() throws StoreException {
    return connections.read(sql ->
        sql.list(
            "select name, role, made_by, created_at, expires from api_tokens order by name",
            row ->
                new Token(
                    row.getString(1),
                    Role.valueOf(row.getString(2)),
                    row.getString(3),
                    row.getLong(4),
                    row.getLong(5))));
  }

  @Override
  public @Nullable Person find(Digest secret, long now) throws StoreException {
    return connections.read(sql ->
        sql.first(
            "select name, role from api_tokens where token = ? and expires > ?",
            row -> new Person("token " + row.getString(1), Role.valueOf(row.getString(2))),
            secret,
            now));
  }

  @Override
  public boolean remove(String name, Act act) throws StoreException {
    return writer.write(sql -> {
      int removed = sql.run("delete from api_tokens where name = ?", name);
      if (removed == 1) {
        AuditRows.note(sql, act);
      }
      return removed == 1;
    });
  }
}
