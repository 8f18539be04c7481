package io.graftwatch.esxi.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import com.jcraft.jsch.JSchException;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.esxi.map.OwnSessions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import org.junit.jupiter.api.Test;

/// ESXi locks an account for a quarter of an hour after five failures within one.
final class HostTailTest {
  private static final Duration LOCKS_WITHIN = Duration.ofMinutes(15);
  private static final int LOCKS_AFTER = 5;

  private final HostTail tail =
      new HostTail(
          new TailConfig.Target("esx01", "root", "192.0.2.1", 22, "ssh-ed25519", new byte[0]),
          Path.of("key"),
          List.of(),
          new ArrayBlockingQueue<>(1),
          new SourceCounters(),
          new OwnSessions(InstantSource.system()));

  @Test
  void refusedLoginsAreTooFewToLockAnAccount() {
    Duration pause =
        tail.pauseAfter(
            new JSchException("Auth fail for methods 'publickey'"), Duration.ofSeconds(1));
    assertThat(LOCKS_WITHIN.dividedBy(pause) + 1).isLessThan(LOCKS_AFTER);
    assertThat(tail.lack()).isNotNull();
  }

  @Test
  void aHostThatIsAwayIsBackWithinTenSeconds() {
    Duration pause = Duration.ofSeconds(1);
    for (int i = 0; i < 20; i++) {
      pause = tail.pauseAfter(new IOException("connection refused"), pause);
      assertThat(pause).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(8));
    }
  }
}
