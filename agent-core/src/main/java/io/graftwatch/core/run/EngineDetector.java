package io.graftwatch.core.run;

import io.graftwatch.core.detect.Engine;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.ledger.Coverage;
import io.graftwatch.delivery.finding.DetectionFinding;
import java.util.List;

/// The real detector.
record EngineDetector(Engine engine) implements Detector {
  @Override
  public void accept(Fact fact) {
    engine.accept(fact);
  }

  @Override
  public void advance(long now) {
    engine.advance(now);
  }

  @Override
  public List<DetectionFinding> drain() {
    return engine.drain();
  }

  @Override
  public byte[] snapshot() {
    return engine.snapshot();
  }

  @Override
  public void coverage(List<Coverage> coverage) {
    engine.coverage(coverage);
  }
}
