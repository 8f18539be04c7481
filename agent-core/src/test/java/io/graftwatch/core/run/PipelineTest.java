package io.graftwatch.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.ledger.Coverage;
import io.graftwatch.core.ledger.CoverageBook;
import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Intake;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.core.source.Supervisor;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.journal.Journal;
import io.graftwatch.delivery.journal.Limits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Where the agent goes on after a stop: with the detector's state and the source's position of the
/// same commit, whatever came after it.
@Timeout(60)
class PipelineTest {
  private static final Host HOST = new Host("web01", "linux", Path.of("/run"), List.of());
  private static final int LINES = 1000;

  @TempDir private Path folder;

  /// Adds up the numbers of its facts; its state is the sum.
  private static final class Adder implements Detector {
    long sum;
    volatile long count;

    Adder(byte[] state) {
      if (state.length > 0) {
        String[] parts = new String(state, StandardCharsets.US_ASCII).split(" ", -1);
        count = Long.parseLong(parts[0]);
        sum = Long.parseLong(parts[1]);
      }
    }

    @Override
    public void accept(Fact fact) {
      sum += Long.parseLong(fact.provenance().record());
      count++;
    }

    @Override
    public void advance(long now) {}

    @Override
    public List<DetectionFinding> drain() {
      return List.of();
    }

    @Override
    public byte[] snapshot() {
      return (count + " " + sum).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void coverage(List<Coverage> coverage) {}
  }

  /// A log of the numbers 1 to [#LINES]; its position is the last number read.
  private record Numbers() implements SourceType {
    @Override
    public String kind() {
      return "numbers";
    }

    @Override
    public Applicability probe(Host host) {
      return Applicability.usable();
    }

    @Override
    public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) {
      return new Reader(from == null ? 0 : Integer.parseInt(from.value()));
    }

    @Override
    public @Nullable Source replay(Recording recording) {
      return null;
    }
  }

  private static final class Reader implements Source {
    private final SourceCounters counters = new SourceCounters();
    private int at;
    private volatile boolean woken;

    Reader(int at) {
      this.at = at;
    }

    @Override
    public int pump(FactSink sink, int limit) {
      if (at >= LINES) {
        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        return 0;
      }
      int read = 0;
      while (read < 7 && at < LINES && !woken) {
        at++;
        read++;
        var from = new Provenance("numbers", String.valueOf(at), 1, at, at, null, Raw.NONE);
        sink.accept(new SourceGap(from, at, at, 0, "test"));
      }
      counters.parsed(read);
      return read;
    }

    @Override
    public void wake() {
      woken = true;
    }

    @Override
    public Checkpoint position() {
      return new Checkpoint(String.valueOf(at));
    }

    @Override
    public SourceCounters counters() {
      return counters;
    }

    @Override
    public void close() {}
  }

  /// Runs until the detector has seen `until` facts, then stops in order.
  private Adder run(long until) throws Exception {
    InstantSource clock = InstantSource.system();
    try (var journal = Journal.open(folder.resolve("journal"), Limits.DEFAULT, List.of(), clock)) {
      var adder = new Adder(journal.state());
      var intake = new Intake(1 << 14);
      Map<String, String> positions = journal.checkpoints();
      var supervisor =
          new Supervisor(
              List.of(new Numbers()), _ -> SourceConfig.AUTO, HOST, positions, intake, clock);
      var seen = new ArrayList<String>();
      var pipeline =
          new Pipeline(
              intake,
              adder,
              journal,
              new CoverageBook("linux"),
              positions,
              supervisor::states,
              clock,
              () -> seen.add("round"));
      var thread = Thread.ofPlatform().start(pipeline);
      supervisor.start();
      while (adder.count < until) {
        LockSupport.parkNanos(1_000_000);
      }
      supervisor.stop(Duration.ofSeconds(5));
      intake.close();
      pipeline.stop();
      thread.join();
      assertThat(seen).isNotEmpty();
      return adder;
    }
  }

  @Test
  void stops_and_starts_neither_lose_nor_repeat_a_fact() throws Exception {
    Adder adder = run(1);
    for (int stop = 1; adder.count < LINES; stop++) {
      adder = run(Math.min(LINES, adder.count + stop * 50L));
    }
    assertThat(adder.count).isEqualTo(LINES);
    assertThat(adder.sum).isEqualTo(LINES * (LINES + 1L) / 2);
  }
}
