package io.graftwatch.core.replay;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.source.Source;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/// Reads a large recording on a thread of its own, a few batches ahead of detection.
final class ReadAhead implements AutoCloseable {
  private static final int BATCH = 128;
  private static final int BATCHES = 6;

  private final BlockingQueue<List<Fact>> batches = new ArrayBlockingQueue<>(BATCHES);
  private final Thread thread;
  private volatile @Nullable IOException failure;

  ReadAhead(Source source) {
    thread = Thread.ofPlatform().daemon().name("read").start(() -> read(source));
  }

  private void read(Source source) {
    try {
      var batch = new ArrayList<Fact>(BATCH);
      boolean ended = false;
      while (!ended) {
        ended = source.pump(batch::add, BATCH) < 0;
        if (batch.size() >= BATCH) {
          batches.put(batch);
          batch = new ArrayList<>(BATCH);
        }
      }
      if (!batch.isEmpty()) {
        batches.put(batch);
      }
      batches.put(List.of());
    } catch (IOException e) {
      failure = e;
      batches.clear();
      batches.offer(List.of());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The next facts in the source's order; empty at the end.
  List<Fact> take() throws IOException {
    try {
      List<Fact> batch = batches.take();
      IOException failed = failure;
      if (failed != null) {
        throw failed;
      }
      return batch;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while reading", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
