package io.graftwatch.collector.store.sql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/// Brings the tables to this version: plain SQL files, each applied once and in order, in a
/// transaction of its own. They are written as SQLite takes them. A database of a newer version is
/// refused and left as it is.
final class Migrations {
  private static final List<String> FILES =
      List.of(
          "0001-first.sql",
          "0002-watch.sql",
          "0003-people.sql",
          "0004-outbox.sql",
          "0005-policy.sql",
          "0006-triage.sql",
          "0007-inbox.sql",
          "0008-small.sql",
          "0009-history.sql",
          "0010-retention.sql",
          "0011-sight.sql",
          "0012-certified.sql",
          "0013-authorities.sql");

  private Migrations() {}

  static void apply(Sql sql) throws SQLException {
    apply(sql, FILES.size());
  }

  /// As the collector did that knew so many.
  static void apply(Sql sql, int known) throws SQLException {
    sql.dialect()
        .patiently(
            sql,
            () -> {
              int version = version(sql, known);
              if (version > 0 && version < known) {
                Logger.info(
                    "the store's tables are brought from version {} to {}; that takes a large store minutes,"
                        + " and twice its space meanwhile",
                    version,
                    known);
              }
              for (int next = version; next < known; next++) {
                step(sql, next);
              }
            });
  }

  private static int version(Sql sql, int known) throws SQLException {
    sql.begin();
    sql.run("create table if not exists schema_version (version integer not null)");
    @Nullable Integer found = sql.first("select version from schema_version", row -> row.getInt(1));
    int version = found == null ? 0 : found;
    if (version > known) {
      sql.rollback();
      throw new SQLException(
          "the store was written by a newer collector (tables of version %d, this one knows %d)"
              .formatted(version, known));
    }
    if (found == null) {
      sql.run("insert into schema_version (version) values (0)");
    }
    sql.commit();
    return version;
  }

  /// Another collector may have made the step while this one waited for its turn.
  private static void step(Sql sql, int version) throws SQLException {
    sql.begin();
    if (sql.number("select version from schema_version") == version) {
      try (var statement = sql.connection().createStatement()) {
        for (String part : text(FILES.get(version)).split(";\n", -1)) {
          String migration = sql.dialect().migration(part);
          if (!migration.isBlank()) {
            statement.execute(migration);
          }
        }
      }
      sql.run("update schema_version set version = ?", version + 1);
    }
    sql.commit();
  }

  private static String text(String file) throws SQLException {
    try (InputStream in = Migrations.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new SQLException("the package lacks " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new SQLException("cannot read " + file, e);
    }
  }
}
