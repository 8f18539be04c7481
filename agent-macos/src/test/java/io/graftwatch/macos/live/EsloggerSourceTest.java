package io.graftwatch.macos.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.SourceGap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class EsloggerSourceTest {
  @TempDir private Path folder;

  @Test
  void aChildThatEndsIsStartedAgainAndTheTimeBetweenIsAGap() throws IOException {
    Path rows = Path.of("src/test/resources/rows/eslogger.jsonl").toAbsolutePath();
    Path eslogger = folder.resolve("eslogger");
    Files.writeString(eslogger, "#!/bin/sh\necho \"$@\" >" + folder + "/call\ncat " + rows + "\n");
    Files.setPosixFilePermissions(eslogger, PosixFilePermissions.fromString("rwxr-xr-x"));
    var facts = new ArrayList<Fact>();
    try (var source = new EsloggerSource(eslogger.toString(), InstantSource.system())) {
      while (facts.stream().noneMatch(SourceGap.class::isInstance)) {
        source.pump(facts::add, 100);
      }
      assertThat(source.counters().snapshot().notes()).containsKey("child_restart");
    }
    assertThat(facts).hasAtLeastOneElementOfType(ProcessStart.class);
    assertThat(folder.resolve("call")).hasContent("exec fork exit");
  }
}
