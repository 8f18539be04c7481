package io.graftwatch.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.config.Analytics;
import io.graftwatch.core.config.Site;
import io.graftwatch.core.detect.Engine;
import io.graftwatch.core.detect.EngineConfig;
import io.graftwatch.core.fact.AdminCommand;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// One agent that looks after several hosts.
final class EngineDetectorTest {
  private static final String FORCED = "esxcli software vib install -v /tmp/x.vib --force";
  private static final long TIME = 1_760_000_000_000_000L;

  @Test
  void eachHostHasItsOwnFindings() {
    EngineDetector detector = detector();
    detector.accept(typed("esx01", FORCED, 0));
    detector.accept(typed("esx02", FORCED, 1));
    detector.accept(typed("esx02", "ls", 2));

    assertThat(hosts(detector.drain())).contains("esx01", "esx02").doesNotContain("agent01");
  }

  @Test
  void whatIsKnownOfThemOutlivesARestart() {
    EngineDetector before = detector();
    before.accept(typed("esx01", FORCED, 0));
    before.drain();

    EngineDetector after = detector();
    after.restore(before.snapshot());
    after.accept(typed("esx01", FORCED, 0));
    assertThat(after.drain()).as("the same record again").isEmpty();
    assertThat(after.snapshot()).isEqualTo(before.snapshot());
  }

  @Test
  void noMoreHostsThanThereIsRoomFor() {
    EngineDetector detector = detector();
    for (int i = 0; i < EngineDetector.MAX_HOSTS + 10; i++) {
      detector.accept(typed("esx" + i, FORCED, i));
    }

    assertThat(hosts(detector.drain())).doesNotContain("esx" + EngineDetector.MAX_HOSTS);
  }

  private static Set<String> hosts(List<DetectionFinding> findings) {
    var hosts = new ArrayList<String>();
    findings.forEach(finding -> hosts.add(String.valueOf(finding.device().hostname())));
    return Set.copyOf(hosts);
  }

  private static AdminCommand typed(String host, String command, int second) {
    long time = TIME + second * 1_000_000L;
    var provenance =
        new Provenance(
            "esxi-syslog", host + second + command, 1, time, time, host, Raw.of(command));
    return new AdminCommand(provenance, "root", command, AdminCommand.Channel.SHELL, null);
  }

  private static EngineDetector detector() {
    return new EngineDetector(
        engine("linux", "agent01"), Set.of("esxi-syslog"), host -> engine("esxi", host));
  }

  private static Engine engine(String platform, String host) {
    return new Engine(
        new EngineConfig(
            Catalogue.load(),
            platform,
            host,
            "test",
            new Device(null, host, null, null, Device.Os.linux("Linux", null, null), List.of()),
            Site.DEFAULT,
            Analytics.DEFAULT,
            "0",
            64,
            List.of()));
  }
}
