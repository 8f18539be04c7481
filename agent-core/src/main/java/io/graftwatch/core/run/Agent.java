package io.graftwatch.core.run;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.config.Config;
import io.graftwatch.core.config.ConfigFile;
import io.graftwatch.core.config.StateFolder;
import io.graftwatch.core.host.Machine;
import io.graftwatch.core.run.Signals.Wish;
import io.graftwatch.core.source.Platform;
import io.graftwatch.core.source.ServiceManager;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.core.text.Terminal;
import io.graftwatch.delivery.config.ConfigException;
import io.graftwatch.delivery.journal.JournalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/// The agent from start to stop: one [Session] after another, a new one whenever the configuration
/// has changed in more than what can be exchanged on the fly.
public final class Agent {
  private final @Nullable Path file;
  private final Session.Surroundings around;
  private final BlockingQueue<Wish> wishes = new ArrayBlockingQueue<>(16);
  private final ServiceManager manager;
  private Config config;
  private volatile Session session;
  private volatile @Nullable String rejected;
  private volatile @Nullable FileTime stamp;

  /// Opens everything the configuration asks for.
  ///
  /// @param file where it came from and may change; null for the defaults
  /// @throws ConfigException when state or journal folder must not be used
  public Agent(Config config, @Nullable Path file, String version) throws ConfigException {
    this.config = config;
    this.file = file;
    this.stamp = stamp();
    String id = Machine.platform();
    List<Platform> platforms =
        ServiceLoader.load(Platform.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(platform -> platform.id().equals(id) || platform.id().equals("esxi"))
            .toList();
    var sources = platforms.stream().flatMap(platform -> platform.sources().stream()).toList();
    Set<String> remote =
        platforms.stream()
            .filter(platform -> !platform.id().equals(id))
            .flatMap(platform -> platform.sources().stream())
            .map(SourceType::kind)
            .collect(Collectors.toSet());
    manager =
        platforms.stream()
            .map(Platform::service)
            .filter(service -> !service.equals(ServiceManager.NONE))
            .findFirst()
            .orElse(ServiceManager.NONE);
    InstantSource clock = InstantSource.system();
    around =
        new Session.Surroundings(
            id, sources, remote, Catalogue.load(), version, clock, clock.millis());
    session = open(config);
  }

  private Session open(Config next) throws ConfigException {
    StateFolder.prepare(next.agent().stateDir());
    try {
      return new Session(next, around, this::round, this::wantReload);
    } catch (JournalException e) {
      throw new ConfigException(next.agent().stateDir().toString(), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new ConfigException(next.agent().stateDir().toString(), e.toString());
    }
  }

  /// Runs until SIGTERM or SIGINT.
  ///
  /// @return whether everything stopped in order
  public boolean run() throws InterruptedException, IOException {
    Signals.listen(wishes);
    session.start();
    manager.tell("READY=1");
    Logger.info("Watching as host {}.", Terminal.safe(config.agent().host()));
    while (session.alive()) {
      Wish wish = wishes.poll(1, TimeUnit.MINUTES);
      if (wish == Wish.STOP) {
        manager.tell("STOPPING=1");
        session.stop();
        status("stopped");
        Logger.info("Stopped.");
        return true;
      }
      if (wish == Wish.RELOAD) {
        reload();
      }
    }
    Logger.error("The detection thread has ended; the agent stops.");
    session.stop();
    return false;
  }

  /// On the detection thread, every 10 s.
  private void round() {
    manager.tell("WATCHDOG=1");
    status("running");
    FileTime now = stamp();
    if (now != null && !now.equals(stamp)) {
      stamp = now;
      wantReload();
    }
  }

  private void wantReload() {
    boolean _ = wishes.offer(Wish.RELOAD);
  }

  private void status(String state) {
    Session current = session;
    new StatusFile(current.config().agent().runtimeDir())
        .write(
            current.report(),
            new StatusFile.Extra(
                state,
                ProcessHandle.current().pid(),
                file == null ? null : file.toString(),
                rejected,
                current.collector(),
                current.problems()));
  }

  private @Nullable FileTime stamp() {
    try {
      return file == null ? null : Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return null; // a file that is being replaced; the next round sees it
    }
  }

  private void reload() throws InterruptedException, IOException {
    if (file == null) {
      return;
    }
    try {
      StateFolder.check(file);
      Config next = ConfigFile.load(file);
      rejected = null;
      if (next.sha256().equals(config.sha256()) && next.policy().equals(config.policy())) {
        return;
      }
      if (sameButTuning(config, next)) {
        session.retune(next);
      } else {
        replace(next);
      }
      config = next;
      Logger.info("The configuration {} is in effect.", file);
    } catch (ConfigException e) {
      rejected = e.getMessage();
      Logger.error(
          "CONFIG_REJECTED, the running configuration stays: {}",
          Terminal.safe(String.valueOf(e.getMessage())));
    }
  }

  /// Ends the session and begins one with another configuration; when that cannot be, with the old.
  private void replace(Config next) throws ConfigException, InterruptedException, IOException {
    session.stop();
    try {
      session = open(next);
    } catch (ConfigException e) {
      session = open(config);
      session.start();
      throw e;
    }
    session.start();
  }

  /// Whether only site and analytics differ.
  private static boolean sameButTuning(Config a, Config b) {
    return a.agent().equals(b.agent())
        && java.util.Objects.equals(a.collector(), b.collector())
        && a.outputs().equals(b.outputs())
        && a.sources().equals(b.sources());
  }
}
