package io.graftwatch.collector;

import io.graftwatch.collector.store.PostgresPlace;
import io.graftwatch.collector.store.sql.SqlStore;
import io.graftwatch.collector.support.CollectorProcess;
import io.graftwatch.collector.support.PostgresServer;
import io.graftwatch.collector.support.Producers;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// P1 and P2 for the collector: whatever moment it is killed at, every finding that it acknowledged
/// is stored exactly once and as it was sent. Processes of their own are killed with SIGKILL while
/// four agents post, are started again where they were, and the agents go on.
class KillTest {
  @TempDir private Path folder;

  @Test
  void whatWasAcknowledgedIsStoredOnce() throws Exception {
    killTheCollector(1);
  }

  @Tag("faults")
  @ParameterizedTest
  @MethodSource("seeds")
  void whatWasAcknowledgedIsStoredOnceWheneverItIsKilled(long seed) throws Exception {
    killTheCollector(seed);
  }

  @Test
  void twoCollectorsStoreOnceWhatTheyAcknowledged() throws Exception {
    killOneOfThree(1);
  }

  @Tag("faults")
  @ParameterizedTest
  @MethodSource("seeds")
  void twoCollectorsStoreOnceWhoeverIsKilledWhenever(long seed) throws Exception {
    killOneOfThree(seed);
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(2, 21);
  }

  private void killTheCollector(long seed) throws Exception {
    RandomGenerator random = random(seed);
    try (var collector = new CollectorProcess(folder, null)) {
      collector.start();
      try (var producers = new Producers(List.of(collector))) {
        for (int kill = 0; kill < 2; kill++) {
          producers.awaitMore(random.nextLong(5, 120));
          collector.kill();
          collector.start();
        }
        producers.awaitMore(20);
        producers.stop();
        collector.kill();
        try (SqlStore store = SqlStore.open(collector.state())) {
          producers.compare(store, seed);
        }
      }
    }
  }

  /// The server goes once, and a collector once, in the order and at the moments of the seed.
  private void killOneOfThree(long seed) throws Exception {
    RandomGenerator random = random(seed);
    try (var server = PostgresServer.start(true)) {
      PostgresPlace place = server.database("collectors");
      try (var one = new CollectorProcess(folder.resolve("one"), place);
          var other = new CollectorProcess(folder.resolve("other"), place)) {
        one.start();
        other.trustAs(one);
        other.start();
        try (var producers = new Producers(List.of(one, other))) {
          boolean serverFirst = random.nextBoolean();
          for (int kill = 0; kill < 2; kill++) {
            producers.awaitMore(random.nextLong(5, 120));
            if (serverFirst == (kill == 0)) {
              server.kill();
              server.start();
            } else {
              CollectorProcess victim = random.nextBoolean() ? one : other;
              victim.kill();
              producers.awaitMore(10);
              victim.start();
            }
          }
          producers.awaitMore(20);
          producers.stop();
          try (SqlStore store = SqlStore.open(place)) {
            producers.compare(store, seed);
          }
        }
      }
    }
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }
}
