package io.graftwatch.linux.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ServerLog;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.source.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalSourceTest {
  private static final String RECORD =
      "{\"__CURSOR\":\"s=1;i=2\",\"__REALTIME_TIMESTAMP\":\"1795489500000001\","
          + "\"SYSLOG_IDENTIFIER\":\"apachectl\",\"MESSAGE\":\"Cannot load /x.so into server: y\"}";

  @TempDir private Path folder;

  @Test
  void recordsComeFromTheChildAndItsEndIsAFailureAfterThem() throws IOException {
    try (JournalSource source = source("printf '%s\\n' '" + RECORD + "'", null)) {
      List<Fact> facts = facts(source);
      assertThat(facts).singleElement().isInstanceOf(ServerLog.class);
      assertThat(source.position()).isEqualTo(new Checkpoint("s=1;i=2"));
      assertThat(source.counters().snapshot().read()).isEqualTo(1);
      assertThatThrownBy(() -> facts(source)).hasMessageContaining("journalctl has ended");
    }
  }

  @Test
  void aCursorThatNobodyKnowsIsAGapAndTheNextStartBeginsAtTheEnd() throws IOException {
    try (JournalSource source = source("exit 1", new Checkpoint("s=gone"))) {
      assertThat(facts(source))
          .singleElement()
          .isInstanceOfSatisfying(
              SourceGap.class, gap -> assertThat(gap.reason()).isEqualTo("cursor_gone"));
      assertThat(source.position()).isEqualTo(new Checkpoint(""));
    }
  }

  @Test
  void aJournalOfTheSystemThatCannotBeOpenedIsDenied() throws IOException {
    Path machine = Files.createDirectory(folder.resolve("0123456789abcdef"));
    var journal = new JournalFiles(List.of(folder));
    Files.writeString(machine.resolve("user-1000.journal"), "");
    assertThat(journal.denied()).as("none of the system's is there").isFalse();
    // Not even root can open a link to nowhere.
    Files.createSymbolicLink(machine.resolve("system.journal"), folder.resolve("nowhere"));
    assertThat(journal.denied()).isTrue();
    Files.writeString(machine.resolve("system@1.journal"), "");
    assertThat(journal.denied()).as("an older one can be read").isFalse();
  }

  @Test
  void theChildHasNoEnvironmentAndTheCursorIsOneArgument() throws IOException {
    assertThat(JournalSource.command(Path.of("/usr/bin/journalctl"), "s=1;$(id)"))
        .startsWith("/usr/bin/journalctl", "--follow", "--output=json")
        .endsWith("--no-tail", "--after-cursor=s=1;$(id)");
    String record = RECORD.replace("/x.so", "'\"$HOME$USER\"'");
    try (JournalSource source = source("printf '%s\\n' '" + record + "'", null)) {
      assertThat(facts(source))
          .singleElement()
          .isInstanceOfSatisfying(
              ServerLog.class, log -> assertThat(log.component()).isIn("", null));
    }
  }

  private JournalSource source(String script, @Nullable Checkpoint from) throws IOException {
    Path child = folder.resolve("journalctl");
    Files.writeString(child, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(child, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new JournalSource(
        child, new JournalFiles(List.of(folder)), InstantSource.system(), from);
  }

  /// What comes within a few calls; one call waits for the child's first word.
  private static List<Fact> facts(JournalSource source) throws IOException {
    var facts = new ArrayList<Fact>();
    while (facts.isEmpty()) {
      source.pump(facts::add, 100);
    }
    return facts;
  }
}
