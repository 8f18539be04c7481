package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.StoreException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The one thread that writes. What waits while a commit runs goes into the next one together
/// (group commit), so an fsync of a few milliseconds serves hundreds of callers.
final class Writer implements AutoCloseable {
  private static final int MAX_WAITING = 4096;
  private static final int MAX_GROUP = 512;
  private static final long PATIENCE_MILLIS = 5_000;

  private final BlockingQueue<Job<?>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Connections connections;
  private final Thread thread;
  private volatile boolean closed;
  private @Nullable Sql sql;

  Writer(Connections connections) {
    this.connections = connections;
    this.thread = Thread.ofPlatform().name("store-writer").start(this::loop);
  }

  /// Runs the work and returns when it is on the disk.
  ///
  /// @throws StoreException when it is not: nothing of it was kept
  <T extends @Nullable Object> T write(Work<T> work) throws StoreException {
    var job = new Job<>(work);
    try {
      if (closed || !waiting.offer(job, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new StoreException("the store is busy: " + MAX_WAITING + " writes are waiting");
      }
      return job.done.get();
    } catch (ExecutionException e) {
      throw new StoreException("the store cannot write: " + message(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted before the store had written", e);
    }
  }

  private static String message(ExecutionException e) {
    Throwable cause = e.getCause();
    return cause == null ? "unknown" : String.valueOf(cause.getMessage());
  }

  private void loop() {
    var group = new ArrayList<Job<?>>(MAX_GROUP);
    while (!closed || !waiting.isEmpty()) {
      try {
        Job<?> first = waiting.poll(1, TimeUnit.SECONDS);
        if (first != null) {
          group.add(first);
          waiting.drainTo(group, MAX_GROUP - 1);
          commit(group);
        }
      } catch (InterruptedException _) {
        closed = true;
      }
      group.clear();
    }
    if (sql != null) {
      sql.close();
    }
  }

  private void commit(List<Job<?>> group) {
    Sql open = sql;
    try {
      if (open == null) {
        open = connections.writer();
        sql = open;
      }
      open.begin();
      for (Job<?> job : group) {
        job.run(open);
      }
      open.commit();
      group.forEach(Job::succeed);
    } catch (SQLException | RuntimeException e) {
      // A full disk or a broken file: whoever waits is told, and the next group starts afresh.
      group.forEach(job -> job.fail(e));
      if (open != null) {
        open.close();
      }
      sql = null;
    }
  }

  /// Lets what waits be written, then ends the thread.
  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Job<T extends @Nullable Object> {
    private final Work<T> work;
    private final CompletableFuture<T> done = new CompletableFuture<>();
    private @Nullable Runnable outcome;

    Job(Work<T> work) {
      this.work = work;
    }

    /// A job that fails is undone alone; the group goes on.
    ///
    /// @throws SQLException when the transaction as a whole is lost
    void run(Sql sql) throws SQLException {
      sql.run("savepoint job");
      try {
        T value = work.on(sql);
        outcome = () -> done.complete(value);
      } catch (SQLException | RuntimeException e) {
        sql.run("rollback to job");
        outcome = () -> done.completeExceptionally(e);
      }
      sql.run("release job");
    }

    void succeed() {
      if (outcome != null) {
        outcome.run();
      }
    }

    void fail(Exception cause) {
      done.completeExceptionally(cause);
    }
  }
}
