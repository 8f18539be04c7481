package io.graftwatch.core.source;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The thread of one source, or of several that wait at the same [Bell] and are read in turn. It
/// lives while one of them is open.
final class Lane {
  private static final int WAIT_MILLIS = 5_000;

  private final List<Feed> feeds = new ArrayList<>();
  private final @Nullable Bell bell;
  private volatile boolean stopping;
  private @Nullable Thread thread;
  private boolean over = true;

  /// @param bell null when the only source waits in its own pump
  Lane(@Nullable Bell bell) {
    this.bell = bell;
  }

  /// Before the first [#start] only.
  void add(Feed feed) {
    feeds.add(feed);
  }

  List<Feed> feeds() {
    return feeds;
  }

  /// Sees to it that a thread takes up what its feeds want.
  synchronized void start() {
    if (over) {
      over = false;
      String name = bell == null ? "source-" + feeds.getFirst().kind() : "sources-shared";
      thread = Thread.ofPlatform().name(name).daemon(true).start(this::run);
    } else if (bell != null) {
      bell.wake();
    }
  }

  private void run() {
    try {
      while (!over()) {
        turn();
      }
    } catch (InterruptedException _) {
      stopping = true;
    }
    // Else there is nothing open, and what is wanted next is another thread's.
    if (stopping) {
      feeds.forEach(Feed::close);
    }
  }

  private synchronized boolean over() {
    over = stopping || feeds.stream().noneMatch(Feed::busy);
    return over;
  }

  private void turn() throws InterruptedException {
    int read = 0;
    for (Feed feed : feeds) {
      read += feed.step();
    }
    if (bell == null || read > 0 || stopping) {
      return;
    }
    try {
      bell.await(WAIT_MILLIS);
    } catch (IOException | RuntimeException | LinkageError e) {
      feeds.stream().filter(Feed::isOpen).forEach(feed -> feed.broke(e));
    }
  }

  /// Asks the thread to end; [#join] waits for it.
  void stop() {
    stopping = true;
    feeds.forEach(Feed::wake);
    if (bell != null) {
      bell.wake();
    }
  }

  /// @return whether the thread has ended in time
  boolean join(Duration atMost) throws InterruptedException {
    Thread running;
    synchronized (this) {
      running = thread;
    }
    return running == null || running.join(atMost);
  }

  /// How its sources fare. When one of them hangs in a read, so do those that wait for their turn.
  List<SourceState> states(Duration pumpLimit) {
    Feed hanging = null;
    for (Feed feed : feeds) {
      hanging = feed.inside(pumpLimit) > 0 ? feed : hanging;
    }
    Feed first = hanging;
    return feeds.stream().map(feed -> feed.state(first, pumpLimit)).toList();
  }
}
