package io.graftwatch.esxi.ssh;

import com.jcraft.jsch.JSchException;
import io.graftwatch.core.config.Addresses;
import io.graftwatch.core.source.Applicability.Lack;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.core.text.Terminal;
import io.graftwatch.esxi.map.OwnSessions;
import io.graftwatch.esxi.ssh.Log.Position;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/// Keeps the logs of one host coming: logs in, finds where each log goes on, follows it, and when
/// the connection ends begins again.
final class HostTail implements Runnable {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

  /// ESXi locks an account after five failures within a quarter of an hour.
  private static final Duration AFTER_REFUSAL = Duration.ofMinutes(10);

  private static final int MAX_ROTATED = 20;
  private static final int BLOCK = 16 * 1024;

  /// What reaches the pumping thread, in order.
  sealed interface Event {}

  record Begins(Log log, Position at, boolean terminal) implements Event {}

  record Bytes(Log log, byte[] bytes, int length) implements Event {}

  /// What went before has been read when the latch is down.
  record Mark(CountDownLatch reached) implements Event {}

  /// What stood there cannot be found any more.
  record Missing(Log log) implements Event {}

  private final TailConfig.Target target;
  private final Path key;
  private final List<Log> logs;
  private final BlockingQueue<Event> events;
  private final SourceCounters counters;
  private final OwnSessions own;
  private final Thread thread;
  private volatile @Nullable Shell shell;
  private volatile boolean stopping;
  private volatile @Nullable Lack lack;

  HostTail(
      TailConfig.Target target,
      Path key,
      List<Log> logs,
      BlockingQueue<Event> events,
      SourceCounters counters,
      OwnSessions own) {
    this.target = target;
    this.key = key;
    this.logs = logs;
    this.events = events;
    this.counters = counters;
    this.own = own;
    this.thread = Thread.ofPlatform().daemon().name("ssh-" + target.name()).unstarted(this);
  }

  void start() {
    thread.start();
  }

  /// Why it is not connected; null when it is, and before it was tried.
  @Nullable Lack lack() {
    return lack;
  }

  @Override
  public void run() {
    Duration pause = FIRST_PAUSE;
    try {
      while (!stopping) {
        try {
          session();
          pause = FIRST_PAUSE;
          failed("the connection ended", "It is tried again.", "ssh_disconnected");
        } catch (JSchException | IOException | RuntimeException e) {
          pause = pauseAfter(e, pause); // whatever the library makes of what a host sends
        }
        Thread.sleep(stopping ? Duration.ZERO : pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// How long to wait after a failed connection.
  ///
  /// @param before the pause before it
  Duration pauseAfter(Exception e, Duration before) {
    String why = String.valueOf(e.getMessage());
    if (why.contains("HostKey") || e.getClass().getSimpleName().contains("HostKey")) {
      failed(
          "its host key is not the pinned one: " + why,
          "Compare it on the host's console: cat /etc/ssh/ssh_host_ed25519_key.pub",
          "ssh_host_key_refused");
      return AFTER_REFUSAL;
    }
    if (why.contains("Auth")) {
      failed(
          "it refuses the key of user " + target.user() + ": " + why,
          "Put the public key into /etc/ssh/keys-" + target.user() + "/authorized_keys there.",
          "ssh_login_refused");
      return AFTER_REFUSAL;
    }
    failed(why, "It is tried again: is SSH on there, and let through?", "ssh_failed");
    Duration twice = before.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  /// Counted each time, told when it is another one.
  private void failed(String why, String remedy, String note) {
    if (stopping) {
      return;
    }
    var now = new Lack(target.name() + ": " + why, remedy);
    if (!now.equals(lack)) {
      Logger.warn("ESXI_SSH {}", Terminal.safe(now.what()));
    }
    lack = now;
    counters.note(note, 1);
  }

  /// One connection, until it ends.
  private void session() throws JSchException, IOException, InterruptedException {
    try (Shell open = Shell.open(target, key, this::opened)) {
      shell = open;
      lack = null;
      var followers = new ArrayList<Thread>();
      for (Log log : logs) {
        followers.add(
            Thread.ofVirtual().name("ssh-" + target.name()).start(() -> follow(open, log)));
      }
      for (Thread follower : followers) {
        follower.join();
      }
    } finally {
      shell = null;
    }
  }

  private void opened(InetSocketAddress local) {
    own.opened(target.user(), Addresses.format(local.getAddress().getAddress()));
  }

  /// Follows a log from where its last reading ended; after a rotation again. A follower that ends
  /// otherwise ends them all.
  private void follow(Shell open, Log log) {
    try {
      do {
        try (Shell.Output output = resume(open, log)) {
          log.streams(output::close);
          drain(output.stream(), log);
        }
        mark();
      } while (log.rotated() && !stopping);
    } catch (JSchException | IOException | RuntimeException e) {
      Logger.debug("{} {}: {}", target.name(), log.path(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.close();
    }
  }

  /// Waits until all that was read has reached the pumping thread.
  private void mark() throws InterruptedException {
    var reached = new CountDownLatch(1);
    events.put(new Mark(reached));
    reached.await();
  }

  private void drain(InputStream in, Log log) throws InterruptedException {
    while (true) {
      var bytes = new byte[BLOCK];
      int read;
      try {
        read = in.read(bytes);
      } catch (IOException e) {
        return; // it was ended from here
      }
      if (read < 0) {
        return;
      }
      events.put(new Bytes(log, bytes, read));
    }
  }

  /// Opens a log where its last reading ended, after what rotated files still hold of it.
  private Shell.Output resume(Shell open, Log log)
      throws JSchException, IOException, InterruptedException {
    while (true) {
      State now = state(open, log);
      Position last = log.position();
      Position from;
      if (last == null) {
        from = new Position(now.size(), now.id());
      } else if (now.size() >= last.offset()
          && (last.id().isEmpty() || last.id().equals(now.id()))) {
        from = last;
      } else {
        rotated(open, log, last);
        from = new Position(0, now.id());
      }
      events.put(new Begins(log, from, true));
      Shell.Output output =
          open.follow("exec tail -c +" + (from.offset() + 1) + " -F '" + log.path() + "'");
      if (from.id().isEmpty() || state(open, log).id().equals(from.id())) {
        return output;
      }
      output.close(); // it was rotated meanwhile: what is followed is another file
      mark();
    }
  }

  /// How long a file is, and how it begins.
  private record State(long size, String id) {}

  private static State state(Shell open, Log log) throws JSchException, IOException {
    String path = "'" + log.path() + "'";
    byte[] answer = open.answer("wc -c < " + path + "; head -c " + Log.HEAD + " " + path);
    int feed = 0;
    while (feed < answer.length && answer[feed] != '\n') {
      feed++;
    }
    long size = number(new String(answer, 0, feed, StandardCharsets.US_ASCII).strip());
    int head = Math.min(answer.length, feed + 1);
    return new State(size, Log.id(Arrays.copyOfRange(answer, head, answer.length)));
  }

  private static long number(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      return 0; // the file is not there yet
    }
  }

  /// Reads the rest of the file that was followed, and all that came after it, oldest first.
  private void rotated(Shell open, Log log, Position last)
      throws JSchException, IOException, InterruptedException {
    List<String> files = candidates(open, log.path());
    for (int i = 0; i < files.size(); i++) {
      String id = Log.id(open.answer(plain(files.get(i)) + " | head -c " + Log.HEAD));
      if (!id.isEmpty() && id.equals(last.id())) {
        for (int newer = i; newer >= 0; newer--) {
          Position at = newer == i ? last : new Position(0, "");
          events.put(new Begins(log, at, false));
          log.streams(() -> {});
          String rest = plain(files.get(newer)) + " | tail -c +" + (at.offset() + 1);
          try (Shell.Output output = open.read(rest)) {
            drain(output.stream(), log);
          }
        }
        return;
      }
    }
    events.put(new Missing(log));
  }

  /// Rotated files, the newest first: `hostd.log.1`, `hostd.0.gz`.
  private static List<String> candidates(Shell open, String path)
      throws JSchException, IOException {
    int dot = path.lastIndexOf('.');
    String stem = dot < 0 ? path : path.substring(0, dot);
    String script =
        "n=0; while [ $n -lt "
            + MAX_ROTATED
            + " ]; do for f in '"
            + path
            + "'.$n '"
            + path
            + "'.$n.gz '"
            + stem
            + "'.$n '"
            + stem
            + "'.$n.gz; do [ -f \"$f\" ] && echo \"$f\"; done; n=$((n+1)); done";
    var files = new ArrayList<String>();
    // The host may be an intruder's: only what such a file can be called is put into a command.
    new String(open.answer(script), StandardCharsets.UTF_8)
        .lines()
        .filter(name -> name.startsWith(stem) && name.indexOf('\'') < 0)
        .limit(4 * MAX_ROTATED)
        .forEach(files::add);
    return files;
  }

  private static String plain(String file) {
    return (file.endsWith(".gz") ? "gzip -dc '" : "cat '") + file + "'";
  }

  /// Ends the connection, as a fault does.
  void cut() {
    Shell open = shell;
    if (open != null) {
      open.close();
    }
  }

  void stop() {
    stopping = true;
    cut();
    thread.interrupt();
  }
}
