package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.StoreException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Opens the database for the writer and lends connections to readers.
final class Connections implements AutoCloseable {
  private static final int READERS = 4;
  private static final long PATIENCE_MILLIS = 10_000;

  private final Dialect dialect;
  private final Semaphore free = new Semaphore(READERS);
  private final Queue<Sql> idle = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  Connections(Dialect dialect) {
    this.dialect = dialect;
  }

  Sql writer() throws SQLException {
    return new Sql(dialect.writer(), dialect);
  }

  void copy(Path file) throws SQLException {
    dialect.copy(file);
  }

  <T extends @Nullable Object> T read(Work<T> work) throws StoreException {
    try {
      if (!free.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new StoreException("the store is busy: no reader came free");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted while waiting for the store", e);
    }
    try {
      Sql open = idle.poll();
      if (open != null) {
        try {
          return lend(open, work);
        } catch (SQLException e) {
          if (!isLost(e)) {
            throw e;
          }
          // The server went away while the connection lay idle; it may be back.
        }
      }
      return lend(new Sql(dialect.reader(), dialect), work);
    } catch (SQLException e) {
      throw new StoreException("the store cannot read: " + e.getMessage(), e);
    } finally {
      free.release();
    }
  }

  /// A connection on which something failed is not used again.
  private <T extends @Nullable Object> T lend(Sql sql, Work<T> work) throws SQLException {
    boolean whole = false;
    try {
      T value = work.on(sql);
      whole = true;
      return value;
    } finally {
      if (whole && !closed) {
        idle.add(sql);
      } else {
        sql.close();
      }
    }
  }

  /// Connection exceptions, and a server that is shutting down or starting.
  private static boolean isLost(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("08") || state.startsWith("57P"));
  }

  @Override
  public void close() {
    closed = true;
    for (Sql sql = idle.poll(); sql != null; sql = idle.poll()) {
      sql.close();
    }
  }
}
