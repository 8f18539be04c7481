package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Retention;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;

/// One file; another process may have it open at the same time.
record Sqlite(Path file) implements Dialect {
  private static final int GIVEN_BACK_PAGES = 100;
  private static final int BUSY_MILLIS = 10_000;

  @Override
  public Connection writer() throws SQLException {
    var config = config();
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setCacheSize(-16_000);
    config.setPragma(SQLiteConfig.Pragma.JOURNAL_SIZE_LIMIT, String.valueOf(64 << 20));
    config.setPageSize(8192);
    // Only an empty file takes auto_vacuum, and only before it has a write-ahead log.
    return open(
        config,
        "pragma auto_vacuum = incremental",
        "pragma journal_mode = wal",
        "pragma wal_autocheckpoint = 4000");
  }

  @Override
  public Connection reader() throws SQLException {
    var config = config();
    config.setCacheSize(-4_000);
    return open(config, "pragma query_only = on");
  }

  private Connection open(SQLiteConfig config, String... pragmas) throws SQLException {
    Connection connection = config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
    try (var statement = connection.createStatement()) {
      for (String pragma : pragmas) {
        statement.execute(pragma);
      }
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static SQLiteConfig config() {
    var config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    return config;
  }

  @Override
  public void begin(Sql sql) throws SQLException {
    sql.run("begin immediate");
  }

  /// On a connection of its own, since it takes seconds.
  @Override
  public void copy(Path copy) throws SQLException {
    try (var sql = new Sql(open(config()), this)) {
      sql.run("vacuum into ?", copy.toAbsolutePath().toString());
    }
  }

  @Override
  public Retention.Space space(Sql sql) throws SQLException {
    long page = sql.number("pragma page_size");
    return new Retention.Space(
        sql.number("pragma page_count") * page, sql.number("pragma freelist_count") * page);
  }

  /// The pragma moves one page a step, and only a statement that is not prepared runs to its end.
  @Override
  public boolean giveBack(Sql sql, long keep) throws SQLException {
    try (var statement = sql.connection().createStatement()) {
      statement.executeUpdate("pragma incremental_vacuum(" + GIVEN_BACK_PAGES + ")");
    }
    return space(sql).free() > keep;
  }

  @Override
  public String migration(String statement) {
    return statement.contains("-- PostgreSQL only") ? "" : statement;
  }

  @Override
  public String text(String text) {
    return text;
  }

  @Override
  public String indexing() {
    return "insert into incident_text (rowid, body) values (?, ?)";
  }

  @Override
  public String unindexing() {
    return "delete from incident_text where rowid = ?";
  }

  @Override
  public String matching() {
    return "id in (select rowid from incident_text where incident_text match ?)";
  }

  @Override
  public String matches() {
    return "select 1 as one from incident_text where incident_text match ?";
  }

  @Override
  public String matchingAmong() {
    return "id in (select rowid from incident_text where incident_text match ?"
        + " and rowid >= ? and rowid < ?)";
  }

  @Override
  public String indexed(String text) {
    return text;
  }

  @Override
  public String query(String typed) {
    return Words.fts5(typed);
  }

  @Override
  public String where() {
    return file.toString();
  }
}
