package io.graftwatch.core.run;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.ledger.Coverage;
import io.graftwatch.delivery.finding.DetectionFinding;
import java.util.List;

/// Detection as the runtime sees it: a function of facts and of the clock that it is told. One
/// thread calls it.
interface Detector {
  void accept(Fact fact);

  /// Tells the time when no fact does.
  ///
  /// @param now microseconds since the epoch
  void advance(long now);

  /// The findings made since the last call.
  List<DetectionFinding> drain();

  /// Everything it would have to know to go on after a restart.
  byte[] snapshot();

  /// What could not be seen, for the findings that follow.
  void coverage(List<Coverage> coverage);
}
