package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.People;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Person.Role;
import io.graftwatch.collector.store.StoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// [People] in tables.
record SqlPeople(Connections connections, Writer writer) implements People {
  private static final String ACCOUNTS =
      "select name, role, password, created_at, disabled_at from people";

  @Override
  public @Nullable Account find(String name) throws StoreException {
    return connections.read(
        sql -> sql.first(ACCOUNTS + " where name = ?", SqlPeople::account, name));
  }

  @Override
  public List<Account> all() throws StoreException {
    return connections.read(sql -> sql.list(ACCOUNTS + " order by name", SqlPeople::account));
  }

  private static Account account(ResultSet row) throws SQLException {
    return new Account(
        new Person(row.getString(1), Role.valueOf(row.getString(2))),
        row.getString(3),
        row.getLong(4),
        row.getLong(5));
  }

  @Override
  public void invite(Digest link, Invitation invitation, Act act) throws StoreException {
    writer.write(sql -> {
      AuditRows.note(sql, act);
      sql.run("delete from admin_links where expires <= ?", act.at());
      return sql.run(
          "insert into admin_links (link, person, role, made_by, expires) values (?, ?, ?, ?, ?)",
          link,
          invitation.person(),
          invitation.role().name(),
          invitation.madeBy(),
          invitation.expires());
    });
  }

  @Override
  public @Nullable Invitation invitation(Digest link, long now) throws StoreException {
    return connections.read(sql -> invitation(sql, link, now));
  }

  private static @Nullable Invitation invitation(Sql sql, Digest link, long now)
      throws SQLException {
    return sql.first(
        "select person, role, made_by, expires from admin_links where link = ? and expires > ?",
        row ->
            new Invitation(
                row.getString(1), Role.valueOf(row.getString(2)), row.getString(3), row.getLong(4)),
        link,
        now);
  }

  @Override
  public Welcome welcome(Digest link, String name, String password, long now)
      throws StoreException {
    return writer.write(sql -> welcome(sql, link, name, password, now));
  }

  private static Welcome welcome(Sql sql, Digest link, String name, String password, long now)
      throws SQLException {
    Invitation invitation = invitation(sql, link, now);
    if (invitation == null) {
      return Welcome.LINK_SPENT;
    }
    boolean own = !invitation.person().isEmpty();
    if (own && !invitation.person().equals(name)) {
      return Welcome.NAME_TAKEN;
    }
    int set =
        own
            ? sql.run("update people set password = ? where name = ?", password, name)
            : invitation.local()
                ? sql.run(
                    """
                    insert into people (name, role, password, created_at) values (?, ?, ?, ?)
                    on conflict (name) do update
                    set role = excluded.role, password = excluded.password, disabled_at = 0
                    """,
                    name,
                    invitation.role().name(),
                    password,
                    now)
                : sql.run(
                    """
                    insert into people (name, role, password, created_at) values (?, ?, ?, ?)
                    on conflict (name) do nothing
                    """,
                    name,
                    invitation.role().name(),
                    password,
                    now);
    if (set == 0) {
      return Welcome.NAME_TAKEN;
    }
    if (sql.run("delete from admin_links where link = ?", link) == 0) {
      throw new SQLException("the link was spent meanwhile");
    }
    sql.run("delete from sessions where person = ?", name);
    String by = invitation.local() ? "the machine's administrator" : invitation.madeBy();
    String what =
        own
            ? "by a link of " + by
            : invitation.role().name().toLowerCase(Locale.ROOT) + " by " + by;
    AuditRows.note(sql, new Act(now, name, own ? "set password" : "join", name, what));
    return Welcome.DONE;
  }

  @Override
  public void setPassword(String name, String password, Digest keep, Act act)
      throws StoreException {
    writer.write(sql -> {
      AuditRows.note(sql, act);
      sql.run("delete from sessions where person = ? and session <> ?", name, keep);
      return sql.run("update people set password = ? where name = ?", password, name);
    });
  }

  @Override
  public boolean change(String name, Role role, boolean disabled, Act act) throws StoreException {
    return writer.write(sql -> {
      boolean stays = role == Role.ADMIN && !disabled;
      int changed =
          sql.run(
              """
              update people
              set role = ?, disabled_at = case when ? = 0 then 0 else cast(? as bigint) end
              where name = ? and (? = 1 or exists (
                select 1 from people other
                where other.role = 'ADMIN' and other.disabled_at = 0 and other.name <> people.name))
              """,
              role.name(),
              disabled ? 1 : 0,
              act.at(),
              name,
              stays ? 1 : 0);
      if (changed == 0) {
        return false;
      }
      if (disabled) {
        sql.run("delete from sessions where person = ?", name);
      }
      AuditRows.note(sql, act);
      return true;
    });
  }
}
