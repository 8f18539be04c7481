package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/// Opens the file for the writer and lends connections to readers.
final class Connections implements AutoCloseable {
  private static final int READERS = 4;
  private static final int BUSY_MILLIS = 10_000;
  private static final long PATIENCE_MILLIS = 10_000;

  private final String url;
  private final BlockingQueue<Sql> idle = new ArrayBlockingQueue<>(READERS);

  Connections(Path file) {
    this.url = "jdbc:sqlite:" + file.toAbsolutePath();
  }

  Sql writer() throws SQLException {
    var config = config();
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setCacheSize(-16_000);
    config.setPragma(SQLiteConfig.Pragma.JOURNAL_SIZE_LIMIT, String.valueOf(64 << 20));
    Connection connection = config.createConnection(url);
    try (var statement = connection.createStatement()) {
      // Only an empty file takes auto_vacuum, and only before it has a write-ahead log.
      statement.execute("pragma auto_vacuum = incremental");
      statement.execute("pragma journal_mode = wal");
      statement.execute("pragma wal_autocheckpoint = 4000");
      return new Sql(connection);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  void openReaders() throws SQLException {
    for (int i = 0; i < READERS; i++) {
      idle.add(reader());
    }
  }

  private Sql reader() throws SQLException {
    var config = config();
    config.setCacheSize(-4_000);
    Connection connection = config.createConnection(url);
    try (var statement = connection.createStatement()) {
      statement.execute("pragma query_only = on");
      return new Sql(connection);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /// Copies everything into a new file, on a connection of its own since it takes seconds.
  void copy(Path file) throws SQLException {
    try (var sql = new Sql(config().createConnection(url))) {
      sql.run("vacuum into ?", file.toAbsolutePath().toString());
    }
  }

  private static SQLiteConfig config() {
    var config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    return config;
  }

  <T extends @Nullable Object> T read(Work<T> work) throws StoreException {
    Sql sql = null;
    try {
      sql = idle.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      if (sql == null) {
        throw new StoreException("the store is busy: no reader came free");
      }
      return work.on(sql);
    } catch (SQLException e) {
      throw new StoreException("the store cannot read: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted while waiting for the store", e);
    } finally {
      if (sql != null) {
        idle.add(sql);
      }
    }
  }

  @Override
  public void close() {
    var open = new ArrayList<Sql>();
    idle.drainTo(open);
    open.forEach(Sql::close);
  }
}
