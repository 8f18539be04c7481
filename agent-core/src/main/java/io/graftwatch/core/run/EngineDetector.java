package io.graftwatch.core.run;

import io.graftwatch.core.detect.Engine;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.ledger.Coverage;
import io.graftwatch.core.state.StateReader;
import io.graftwatch.core.state.StateWriter;
import io.graftwatch.core.text.Terminal;
import io.graftwatch.delivery.finding.DetectionFinding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/// The real detector: an engine for this host, and one for each host that it looks after, known by
/// the name that the records bear. Each host has its own baseline, cases and findings.
final class EngineDetector implements Detector {
  /// Hosts beside this one: each costs most of a megabyte.
  static final int MAX_HOSTS = 64;

  /// Stands before the state of several engines; no engine's own state begins so.
  private static final long SEVERAL = -1;

  private final Engine own;
  private final Set<String> remote;
  private final Function<String, Engine> make;
  private final Map<String, Engine> hosts = new LinkedHashMap<>();
  private List<Coverage> coverage = List.of();
  private boolean full;

  /// @param own the engine of this host
  /// @param remote kinds of sources that are about other hosts
  /// @param make a fresh engine for another host
  EngineDetector(Engine own, Set<String> remote, Function<String, Engine> make) {
    this.own = own;
    this.remote = Set.copyOf(remote);
    this.make = make;
  }

  @Override
  public void accept(Fact fact) {
    if (!remote.contains(fact.provenance().source())) {
      own.accept(fact);
      return;
    }
    String host = fact.provenance().host();
    if (host != null) {
      Engine engine = engine(host);
      if (engine != null) {
        engine.accept(fact);
      }
    } else if (fact instanceof SourceGap) {
      hosts.values().forEach(engine -> engine.accept(fact));
    }
  }

  private @Nullable Engine engine(String host) {
    Engine known = hosts.get(host);
    if (known != null || hosts.size() >= MAX_HOSTS) {
      if (known == null && !full) {
        full = true;
        Logger.error(
            "HOSTS_FULL {} hosts are looked after; what {} and others log is not judged.",
            MAX_HOSTS,
            Terminal.safe(host));
      }
      return known;
    }
    Engine fresh = make.apply(host);
    fresh.coverage(coverage);
    hosts.put(host, fresh);
    return fresh;
  }

  @Override
  public void advance(long now) {
    own.advance(now);
    hosts.values().forEach(engine -> engine.advance(now));
  }

  @Override
  public List<DetectionFinding> drain() {
    List<DetectionFinding> findings = own.drain();
    for (Engine engine : hosts.values()) {
      List<DetectionFinding> more = engine.drain();
      if (!more.isEmpty()) {
        findings = new ArrayList<>(findings);
        findings.addAll(more);
      }
    }
    return findings;
  }

  @Override
  public byte[] snapshot() {
    if (hosts.isEmpty()) {
      return own.snapshot();
    }
    var out = new StateWriter();
    out.number(SEVERAL);
    out.blob(own.snapshot());
    out.number(hosts.size());
    hosts.forEach((host, engine) -> {
      out.text(host);
      out.blob(engine.snapshot());
    });
    return out.bytes();
  }

  /// Takes a snapshot back; for a fresh detector.
  ///
  /// @throws StateReader.StateException when the bytes are no snapshot of this version; the
  ///   detector must then be thrown away
  void restore(byte[] snapshot) {
    var in = new StateReader(snapshot);
    if (in.number() != SEVERAL) {
      own.restore(snapshot);
      return;
    }
    own.restore(in.blob());
    for (int i = in.count(); i > 0; i--) {
      String host = in.requiredText();
      Engine engine = make.apply(host);
      engine.restore(in.blob());
      hosts.put(host, engine);
    }
  }

  @Override
  public void coverage(List<Coverage> seen) {
    coverage = seen;
    own.coverage(seen);
    hosts.values().forEach(engine -> engine.coverage(seen));
  }
}
