package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.Fleet;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.delivery.enrol.HostFacts;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// [Fleet] in SQLite.
record SqlFleet(Connections connections, Writer writer) implements Fleet {
  private static final long KEEP_EXPIRED_MILLIS = 30L * 24 * 3600 * 1000;

  @Override
  public void add(Token token, Act act) throws StoreException {
    long now = act.at();
    writer.write(sql -> {
      AuditRows.note(sql, act);
      sql.run("delete from tokens where expires < ?", now - KEEP_EXPIRED_MILLIS);
      return sql.run(
          """
          insert into tokens (id, secret, uses_left, expires, group_name, created_at)
          values (?, ?, ?, ?, ?, ?)
          """,
          token.id(),
          token.secret(),
          token.uses(),
          token.expires(),
          token.group(),
          now);
    });
  }

  @Override
  public List<Token> openTokens(long now) throws StoreException {
    return connections.read(sql ->
        sql.list(
            """
            select id, secret, uses_left, expires, group_name from tokens
            where expires > ? and uses_left > 0 order by created_at desc, id limit 200
            """,
            row ->
                new Token(
                    row.getString(1),
                    Digest.stored(row.getBytes(2)),
                    row.getInt(3),
                    row.getLong(4),
                    row.getString(5)),
            now));
  }

  /// The row stays until it would have been forgotten anyway: agents that came with it know its id.
  @Override
  public boolean revokeToken(String tokenId, Act act) throws StoreException {
    return writer.write(sql -> {
      int revoked =
          sql.run(
              "update tokens set uses_left = 0, expires = ? where id = ? and expires > ?",
              act.at(),
              tokenId,
              act.at());
      if (revoked == 1) {
        AuditRows.note(sql, act);
      }
      return revoked == 1;
    });
  }

  @Override
  public @Nullable Digest tokenSecret(String tokenId, long now) throws StoreException {
    return connections.read(sql ->
        sql.first(
            "select secret from tokens where id = ? and expires > ?",
            row -> Digest.stored(row.getBytes(1)),
            tokenId,
            now));
  }

  @Override
  public @Nullable String enrol(
      String tokenId, Digest key, HostFacts host, String agentId, long now) throws StoreException {
    return writer.<@Nullable String>write(sql -> enrol(sql, tokenId, key, host, agentId, now));
  }

  private static @Nullable String enrol(
      Sql sql, String tokenId, Digest key, HostFacts host, String agentId, long now)
      throws SQLException {
    String group =
        sql.first(
            "select group_name from tokens where id = ? and expires > ?",
            row -> row.getString(1),
            tokenId,
            now);
    if (group == null) {
      return null;
    }
    Known known =
        sql.first(
            "select id, revoked_at is not null from agents where token_id = ? and key_digest = ?",
            row -> new Known(row.getString(1), row.getBoolean(2)),
            tokenId,
            key);
    if (known != null) {
      return known.revoked ? null : known.id;
    }
    int spent =
        sql.run(
            "update tokens set uses_left = uses_left - 1 where id = ? and uses_left > 0", tokenId);
    if (spent == 0) {
      return null;
    }
    sql.run(
        """
        insert into agents (id, hostname, machine_id, boot_id, os, agent_version, group_name,
                            token_id, key_digest, enrolled_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        agentId,
        host.hostname(),
        host.machineId(),
        host.bootId(),
        host.os(),
        host.agentVersion(),
        group,
        tokenId,
        key,
        now);
    return agentId;
  }

  private record Known(String id, boolean revoked) {}

  @Override
  public Standing standing(String agentId) throws StoreException {
    Boolean revoked =
        connections.read(sql ->
            sql.first(
                "select revoked_at is not null from agents where id = ?",
                row -> row.getBoolean(1),
                agentId));
    return revoked == null ? Standing.UNKNOWN : revoked ? Standing.REVOKED : Standing.ACTIVE;
  }

  @Override
  public @Nullable String hostname(String agentId) throws StoreException {
    return connections.read(sql ->
        sql.first("select hostname from agents where id = ?", row -> row.getString(1), agentId));
  }

  @Override
  public boolean revoke(String agentId, Act act) throws StoreException {
    return writer.write(sql -> {
      int revoked =
          sql.run(
              "update agents set revoked_at = ? where id = ? and revoked_at is null",
              act.at(),
              agentId);
      if (revoked == 1) {
        AuditRows.note(sql, act);
      }
      return revoked == 1;
    });
  }

  @Override
  public void certified(String agentId, String authorities, long now, long expires)
      throws StoreException {
    writer.write(sql ->
        sql.run(
            """
            update agents set certified_at = ?, certificate_expires = ?, authorities = ?
            where id = ?
            """,
            now,
            expires,
            authorities,
            agentId));
  }

  @Override
  public long givenOthers(String authorities, long now) throws StoreException {
    return connections.read(sql ->
        sql.number(
            """
            select count(*) from agents
            where revoked_at is null and certificate_expires > ? and authorities <> ?
            """,
            now,
            authorities));
  }
}
