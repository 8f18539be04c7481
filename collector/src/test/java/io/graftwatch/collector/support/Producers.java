package io.graftwatch.collector.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.collector.store.Findings;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.store.sql.SqlStore;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Receipt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Four agents that post small batches one after the other, each again until it is acknowledged, to
/// one collector after the other; and the comparison of what was acknowledged with what is stored.
public final class Producers implements AutoCloseable {
  private static final int AGENTS = 4;
  private static final int BATCH = 3;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final List<Producer> producers = new ArrayList<>();
  private final Object progress = new Object();
  private final List<String> urls;
  private volatile boolean going = true;

  /// Enrols with the first collector and begins.
  public Producers(List<CollectorProcess> collectors) throws Exception {
    urls = collectors.stream().map(CollectorProcess::url).toList();
    for (int i = 0; i < AGENTS; i++) {
      String host = "host" + i;
      TestAgent agent = TestAgent.enrol(collectors.getFirst().token(), host);
      producers.add(new Producer(agent, host));
    }
    producers.forEach(producer -> producer.thread = Thread.ofVirtual().start(producer));
  }

  /// Returns when so many more findings have been acknowledged.
  public void awaitMore(long more) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    long wanted = total() + more;
    while (total() < wanted) {
      assertThat(System.nanoTime())
          .as("acknowledged %d of %d", total(), wanted)
          .isLessThan(deadline);
      synchronized (progress) {
        progress.wait(50);
      }
    }
  }

  private long total() {
    return producers.stream().mapToLong(producer -> producer.acknowledged.size()).sum();
  }

  /// Lets each finish what it sends.
  public void stop() throws InterruptedException {
    going = false;
    for (Producer producer : producers) {
      if (producer.thread != null) {
        producer.thread.join();
      }
    }
  }

  /// What was acknowledged is stored once and as it was sent, and counted once.
  public void compare(SqlStore store, long seed) throws Exception {
    long stored = 0;
    for (Producer producer : producers) {
      stored += producer.compare(store, seed);
    }
    assertThat(store.findings().openAlerts(0)).as("seed %d", seed).isEqualTo(Map.of(5, stored));
  }

  @Override
  public void close() {
    going = false;
  }

  private final class Producer implements Runnable {
    private final TestAgent agent;
    private final String host;
    private final Map<String, JsonNode> acknowledged = new ConcurrentHashMap<>();
    private long sequence;
    private int tries;
    private @Nullable Thread thread;

    Producer(TestAgent agent, String host) {
      this.agent = agent;
      this.host = host;
    }

    @Override
    public void run() {
      while (going) {
        var batch = new ArrayList<JsonNode>();
        for (int i = 0; i < BATCH; i++) {
          sequence++;
          batch.add(Sample.of(host, "implant-" + sequence).sequence(sequence).copy());
        }
        while (!deliver(batch)) {
          if (!going) {
            return;
          }
        }
      }
    }

    /// As an agent behind a balancer, which gives each request to another collector.
    private boolean deliver(List<JsonNode> batch) {
      try {
        Receipt receipt = agent.at(urls.get(tries++ % urls.size())).deliver(batch);
        for (int i = 0; i < batch.size(); i++) {
          assertThat(receipt.results().get(i).verdict())
              .isIn(Receipt.Verdict.STORED, Receipt.Verdict.DUPLICATE);
          acknowledged.put(receipt.results().get(i).uid(), batch.get(i));
        }
        synchronized (progress) {
          progress.notifyAll();
        }
        return true;
      } catch (IOException | InterruptedException _) {
        return false;
      }
    }

    /// @return how many are stored
    long compare(SqlStore store, long seed) throws Exception {
      var stored = new ConcurrentHashMap<String, JsonNode>();
      long below = Long.MAX_VALUE;
      while (below > 0) {
        Findings.Window window = store.findings().window(IncidentQuery.all(0), below);
        for (Incident incident : window.incidents()) {
          if (incident.host().equals(host)) {
            List<Findings.Revision> revisions = store.findings().revisions(incident, 10);
            assertThat(revisions).as("seed %d: stored once", seed).hasSize(1);
            assertThat(incident.records()).as("seed %d: counted once", seed).isEqualTo(1);
            Findings.Revision only = revisions.getFirst();
            stored.put(only.uid(), Json.mapper().readTree(only.json().plain()));
          }
        }
        below = window.end();
      }
      assertThat(stored).as("seed %d", seed).containsAllEntriesOf(acknowledged);
      assertThat(acknowledged).as("seed %d", seed).isNotEmpty();
      // Nothing is invented: at most the batch that was never answered is there besides.
      assertThat(stored.size() - acknowledged.size()).as("seed %d", seed).isBetween(0, BATCH);
      return stored.size();
    }
  }
}
