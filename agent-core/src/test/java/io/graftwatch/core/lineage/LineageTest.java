package io.graftwatch.core.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Image;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who belongs to whom, whatever the order in which sources tell it.
final class LineageTest {
  private static final long NOW = 1_795_489_500_000_000L;

  private final Lineage lineage =
      new Lineage(
          new ServerProfiles(Catalogue.load().servers(), List.of(), List.of()), false, 1000);

  @Test
  void aSnapshotTellsTheParentOfAProcessThatTheSocketTableNamedFirst() {
    ProcessNode shell =
        lineage.subject(new ProcessId(700, NOW), -1, "/usr/bin/bash", Identity.UNKNOWN, NOW);
    assertThat(shell).isNotNull();
    assertThat(shell.settled()).isFalse();

    lineage.start(warm(1, 0, "/usr/lib/systemd/systemd"));
    lineage.start(warm(700, 1, "/usr/bin/bash"));

    assertThat(shell.settled()).isTrue();
  }

  @Test
  void aServersChildThatTheSocketTableNamedFirstBelongsToTheServer() {
    ProcessNode worker =
        lineage.subject(new ProcessId(701, NOW), -1, "/usr/bin/nc", Identity.UNKNOWN, NOW);
    assertThat(lineage.byLineage(worker)).isNull();

    lineage.start(warm(700, 1, "/usr/sbin/apache2"));
    lineage.start(warm(701, 700, "/usr/bin/nc"));

    assertThat(lineage.byLineage(worker))
        .isNotNull()
        .extracting(by -> by.instance().kind())
        .isEqualTo("apache");
  }

  private static ProcessStart warm(int pid, int ppid, String exe) {
    return new ProcessStart(
        new Provenance("proc", "warm:" + pid, 1, NOW, NOW, null, Raw.NONE),
        ProcessStart.Kind.WARM,
        new ProcessId(pid, NOW),
        ProcessStart.Parent.of(ppid),
        Image.of(exe),
        List.of(exe),
        null,
        Identity.UNKNOWN,
        null,
        null,
        false);
  }
}
