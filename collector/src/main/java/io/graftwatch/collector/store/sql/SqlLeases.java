package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Leases;
import io.graftwatch.collector.store.StoreException;

/// [Leases] in SQL.
record SqlLeases(Writer writer) implements Leases {
  @Override
  public boolean hold(String name, String holder, long now, long expires) throws StoreException {
    return writer.write(sql ->
        sql.run(
                """
                insert into leases (name, holder, expires) values (?, ?, ?)
                on conflict (name) do update
                set holder = excluded.holder, expires = excluded.expires
                where leases.holder = excluded.holder or leases.expires <= ? or leases.expires > ?
                """,
                name,
                holder,
                expires,
                now,
                // Further off than we would ask for: the clock has been set back since.
                now + 2 * (expires - now))
            == 1);
  }

  @Override
  public void release(String name, String holder) throws StoreException {
    writer.write(sql -> sql.run("delete from leases where name = ? and holder = ?", name, holder));
  }
}
