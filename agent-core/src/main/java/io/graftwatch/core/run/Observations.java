package io.graftwatch.core.run;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.config.Config;
import io.graftwatch.core.detect.Engine;
import io.graftwatch.core.host.Machine;
import io.graftwatch.core.state.StateReader;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.journal.Inspection;
import java.io.IOException;
import java.util.List;

/// What the agent has seen and thinks of, whether or not it was enough for a finding, as of its
/// last commit. Reads files only, so it works beside a running agent.
public final class Observations {
  private Observations() {}

  /// The last state of every case.
  ///
  /// @throws IOException with a sentence when the state cannot be read
  public static List<DetectionFinding> read(Config config, Inspection journal, String version)
      throws IOException {
    byte[] state = journal.state();
    if (state.length == 0) {
      return List.of();
    }
    var nobody = new Identity(null, config.agent().host(), version, Machine.read(), List.of());
    var engine =
        new Engine(Session.engineConfig(config, Catalogue.load(), Machine.platform(), nobody));
    try {
      engine.restore(state);
    } catch (StateReader.StateException e) {
      throw new IOException("the agent's state is of another version: " + e.getMessage(), e);
    }
    return engine.finalStates();
  }
}
