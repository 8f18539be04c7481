package io.graftwatch.core.child;

import io.graftwatch.core.line.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The lines that a child prints. A thread of its own reads the pipe into a queue that is bounded
/// in bytes: when that is full the child waits, and not our heap.
public final class ChildLines implements AutoCloseable {
  private static final int BLOCK = 64 * 1024;
  private static final int MAX_WAITING = 1 << 20;

  /// What a waiting line takes beside its bytes.
  private static final int OVERHEAD = 48;

  private final Process child;
  private final Thread reader;
  private final int maxLine;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition drained = lock.newCondition();
  private final ArrayDeque<byte[]> lines = new ArrayDeque<>();
  private int waiting;
  private boolean ended;
  private boolean woken;

  private ChildLines(Process child, String name, int maxLine) {
    this.child = child;
    this.maxLine = maxLine;
    this.reader = Thread.ofPlatform().name(name).daemon(true).unstarted(this::drain);
  }

  /// Starts a child.
  ///
  /// @param command absolute path and arguments, each taken as it is
  /// @param errors whether what it says on standard error comes among the lines; else it is dropped
  /// @param maxLine bytes of a line that are handed out; the rest of a longer one is passed over
  /// @throws IOException when it cannot be started
  public static ChildLines start(List<String> command, boolean errors, int maxLine)
      throws IOException {
    var builder = new ProcessBuilder(command);
    builder.environment().clear();
    if (errors) {
      builder.redirectErrorStream(true);
    } else {
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    }
    Process child = builder.start();
    child.getOutputStream().close();
    String program = command.getFirst();
    var lines = new ChildLines(child, program.substring(program.lastIndexOf('/') + 1), maxLine);
    lines.reader.start();
    return lines;
  }

  private void drain() {
    try (InputStream out = child.getInputStream()) {
      var read = new LineReader(out::read, BLOCK, maxLine);
      while (read.next() || read.rest()) {
        put(Arrays.copyOfRange(read.buffer(), read.from(), read.to()));
      }
    } catch (IOException _) {
      // The pipe broke: the child has ended, or we close it.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    lock.lock();
    try {
      ended = true;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  private void put(byte[] line) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting > MAX_WAITING) {
        drained.await();
      }
      lines.add(line);
      waiting += line.length + OVERHEAD;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Takes lines that are there, waiting for the first.
  ///
  /// @return nothing when none came in time, somebody called [#wake], or all was read
  public List<byte[]> take(int most, Duration atMost) {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (lines.isEmpty() && !ended && !woken && left > 0) {
        left = filled.awaitNanos(left);
      }
      woken = false;
      var taken = new ArrayList<byte[]>(Math.min(most, lines.size()));
      for (byte[] next = poll(most, taken); next != null; next = poll(most, taken)) {
        taken.add(next);
      }
      drained.signal();
      return taken;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  private byte @Nullable [] poll(int most, List<byte[]> taken) {
    byte[] next = taken.size() < most ? lines.poll() : null;
    if (next != null) {
      waiting -= next.length + OVERHEAD;
    }
    return next;
  }

  /// Whether the child has ended and all that it printed was taken; asked when [#take] brought
  /// nothing. A child of its own that holds the pipe open does not count.
  public boolean over() {
    lock.lock();
    try {
      return (ended || !child.isAlive()) && lines.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /// Whether it ended well; asked once it is [#over].
  public boolean succeeded() {
    try {
      return child.waitFor(1, TimeUnit.SECONDS) && child.exitValue() == 0;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Ends the wait of [#take]. Any thread.
  public void wake() {
    lock.lock();
    try {
      woken = true;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    child.destroyForcibly();
    reader.interrupt();
  }
}
