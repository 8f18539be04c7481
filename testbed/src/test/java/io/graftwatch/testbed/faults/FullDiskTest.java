package io.graftwatch.testbed.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.testbed.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// F07 with the whole agent on a real file system, of which somebody else takes the last byte: what
/// is spooled is delivered and given back, what cannot be stored is counted (P4), the agent
/// lives, and is well again as soon as there is room (P3).
@Tag("faults")
@Timeout(300)
class FullDiskTest {
  private static final int EVENTS_A_SITE = 12;

  @TempDir private Path folder;
  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(folder.resolve("agent"));
    int exit =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=96m,mode=700", "tmpfs", "" + disk)
            .redirectErrorStream(true)
            .start()
            .waitFor();
    assumeTrue(exit == 0, "needs root");
  }

  @AfterEach
  void unmount() throws Exception {
    new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
  }

  @Test
  void f07FullDiskCostsWhatIsCountedAndNoMore() throws Exception {
    Path log = Files.createFile(folder.resolve("audit.log"));
    var script = new AuditScript(log);
    try (Stand stand = Stand.create(folder, Stand.onlyAuditLog(log, AuditScript.SERVERS))) {
      stand.killCollector();
      Program agent = stand.startAgent();
      attack(script, 5);
      agent.await("it spools", () -> count(stand, "spooled") == 10);

      Path filler = disk.resolve("filler");
      fill(filler);
      assertThat(disk.toFile().getUsableSpace()).isZero();
      stand.startCollector();
      agent.await("the spool is delivered", () -> count(stand, "acknowledged") == 10);

      attack(script, 5);
      agent.await("what finds no room is counted", () -> count(stand, "created") == 20);
      assertThat(stand.status().path("notices").toString())
          .contains("the journal cannot be written");

      Files.delete(filler);
      attack(script, 5);
      agent.await("it is well again", () -> count(stand, "created") == 30);
      agent.await("all is delivered", () -> count(stand, "spooled") == 0);
      assertThat(stand.stored()).hasSize(count(stand, "acknowledged"));
      assertThat(count(stand, "acknowledged")).isGreaterThanOrEqualTo(20);
      assertThat(count(stand, "acknowledged") + count(stand, "dropped")).isEqualTo(30);
      assertThat(agent.stop()).isZero();
    }
  }

  private static void attack(AuditScript script, int sites) throws IOException {
    for (int i = 0; i < sites * EVENTS_A_SITE; i++) {
      script.write(Instant.now());
    }
  }

  private static int count(Stand stand, String fate) {
    JsonNode findings = stand.status().path("findings");
    return findings.path(fate).asInt(-1);
  }

  private static void fill(Path file) throws IOException {
    byte[] block = new byte[1 << 16];
    for (int size = block.length; size > 0; size /= 2) {
      try (OutputStream out =
          Files.newOutputStream(
              file,
              java.nio.file.StandardOpenOption.CREATE,
              java.nio.file.StandardOpenOption.APPEND)) {
        while (true) {
          out.write(block, 0, size);
        }
      } catch (IOException e) {
        // Full for blocks of that size.
      }
    }
  }
}
