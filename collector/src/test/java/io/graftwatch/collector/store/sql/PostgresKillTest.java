package io.graftwatch.collector.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.FindingRecord;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.store.PostgresPlace;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.support.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// P1 and P2 with PostgreSQL: two stores, as two collectors have them, write to one server that is
/// killed with SIGKILL under them. Whatever was acknowledged is there once.
class PostgresKillTest {
  private static final int PRODUCERS = 4;
  private static final int KILLS = 2;

  @Test
  void withoutItsServerTheStoreSaysSoAndGoesOnWhenItIsBack() throws Exception {
    try (var server = PostgresServer.start(true)) {
      PostgresPlace place = server.database("collectors");
      try (var store = SqlStore.open(place)) {
        store.findings().append("a", List.of(finding("gw-1")), List.of(), 1);
        assertThat(store.findings().incidents(IncidentQuery.all(9))).hasSize(1);
        server.kill();
        assertThatThrownBy(() -> store.findings().append("a", List.of(), List.of(), 2))
            .isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.findings().incidents(IncidentQuery.all(9)))
            .isInstanceOf(StoreException.class);
        server.start();
        assertThat(store.findings().incidents(IncidentQuery.all(9))).hasSize(1);
        assertThat(store.findings().append("a", List.of(finding("gw-1")), List.of(), 3).stored())
            .containsExactly(false);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void whatWasAcknowledgedIsStoredOnce(long seed) throws Exception {
    killAndCompare(seed);
  }

  @Tag("faults")
  @ParameterizedTest
  @MethodSource("seeds")
  void whatWasAcknowledgedIsStoredOnceWheneverItIsKilled(long seed) throws Exception {
    killAndCompare(seed);
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(3, 22);
  }

  private static void killAndCompare(long seed) throws Exception {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    try (var server = PostgresServer.start(true)) {
      PostgresPlace place = server.database("collectors");
      var acknowledged = new AtomicInteger();
      var going = new AtomicBoolean(true);
      List<List<String>> sent = new ArrayList<>();
      try (var one = SqlStore.open(place);
          var other = SqlStore.open(place);
          var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var stores = List.of(one, other);
        var producers = new ArrayList<Future<List<String>>>();
        for (int i = 0; i < PRODUCERS; i++) {
          String agent = "agent-" + i;
          producers.add(threads.submit(producer(agent, stores, acknowledged, going)));
        }
        for (int kill = 0; kill < KILLS; kill++) {
          await(acknowledged, acknowledged.get() + random.nextInt(5, 120));
          server.kill();
          server.start();
        }
        await(acknowledged, acknowledged.get() + 20);
        going.set(false);
        for (Future<List<String>> producer : producers) {
          sent.add(producer.get());
        }
        compare(one, sent, seed);
      }
    }
  }

  /// Sends each finding to one store after the other, until one has acknowledged it.
  private static Callable<List<String>> producer(
      String agent, List<SqlStore> stores, AtomicInteger acknowledged, AtomicBoolean going) {
    return () -> {
      var sent = new ArrayList<String>();
      int tries = agent.hashCode();
      while (going.get()) {
        String uid = "gw-" + agent + "-" + sent.size();
        for (boolean stored = false; !stored; tries++) {
          try {
            var store = stores.get(Math.floorMod(tries, stores.size()));
            store.findings().append(agent, List.of(finding(uid)), List.of(), 1);
            stored = true;
          } catch (StoreException _) {
            // The other one is next, as for an agent behind a balancer.
          }
        }
        sent.add(uid);
        acknowledged.incrementAndGet();
      }
      return sent;
    };
  }

  private static void compare(SqlStore store, List<List<String>> sent, long seed)
      throws StoreException {
    var all = sent.stream().flatMap(List::stream).toList();
    List<Incident> stored = store.findings().incidents(IncidentQuery.all(100_000));
    assertThat(stored)
        .as("seed %d", seed)
        .extracting(Incident::findingUid)
        .containsExactlyInAnyOrderElementsOf(all);
    assertThat(stored).as("seed %d", seed).allMatch(incident -> incident.records() == 1);
    assertThat(store.findings().openAlerts(0).get(5)).as("seed %d", seed).isEqualTo(all.size());
  }

  private static void await(AtomicInteger acknowledged, int wanted) {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (acknowledged.get() < wanted) {
      assertThat(System.nanoTime()).as("%s of %d", acknowledged, wanted).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static FindingRecord finding(String uid) {
    byte[] json = ("{\"uid\":\"" + uid + "\"}").getBytes(StandardCharsets.UTF_8);
    return new FindingRecord(
        uid + "-1",
        uid,
        1,
        0,
        1,
        5,
        true,
        true,
        "web01",
        "AN1508",
        "title",
        "message",
        "CONFIRMED",
        "P1 X6",
        null,
        1,
        2,
        "",
        "",
        "text",
        Deflated.of(json, 0, json.length));
  }
}
