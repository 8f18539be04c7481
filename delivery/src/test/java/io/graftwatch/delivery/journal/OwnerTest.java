package io.graftwatch.delivery.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerTest {
  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void name() {
    folder = temp.resolve("state/journal");
  }

  private Journal open() throws IOException {
    return Journal.open(folder, Limits.DEFAULT, List.of(), InstantSource.system());
  }

  @Test
  void theFolderIsMadeForItsOwnerOnly() throws IOException {
    open().close();
    assertThat(mode(folder)).isEqualTo("rwx------");
    assertThat(mode(folder.resolve(Counters.FILE))).isEqualTo("rw-------");
    assertThat(folder.resolve(Retirement.RESERVE)).hasSize(1 << 20);
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void f16TheSecondIsToldThePidOfTheFirst() throws IOException {
    Journal first = open();
    assertThatThrownBy(this::open)
        .isInstanceOf(JournalException.class)
        .hasMessage(
            "%s is in use by process %d: stop that one, or set another agent.state_dir"
                .formatted(folder, ProcessHandle.current().pid()));
    first.close();
    open().close();
  }

  @Test
  void f14OthersMustNotEnter() throws IOException {
    open().close();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
    assertThatThrownBy(this::open)
        .isInstanceOf(JournalException.class)
        .hasMessage(
            "%s has mode rwxr-x---, and others must not enter it: chmod 700 %s"
                .formatted(folder, folder));
  }

  @Test
  void f14SomebodyElsesFolderIsRefused() throws IOException {
    open().close();
    assumeTrue(Files.getOwner(folder).getName().equals("root"), "only root can give a folder away");
    var nobody =
        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    Files.setOwner(folder, nobody);
    assertThatThrownBy(this::open)
        .isInstanceOf(JournalException.class)
        .hasMessage(
            "%s belongs to nobody (mode rwx------), and this process runs as root: chown root %s"
                .formatted(folder, folder));
  }

  @Test
  void whatIsNoFolderIsRefused() throws IOException {
    Files.createDirectories(folder.getParent());
    Files.createSymbolicLink(folder, temp);
    assertThatThrownBy(this::open)
        .isInstanceOf(JournalException.class)
        .hasMessage(folder + " is not a folder: move it away, or set agent.state_dir");
  }

  @Test
  void f12AFifoIsSetAsideAndDoesNotBlock() throws Exception {
    open().close();
    Path fifo = folder.resolve(Segment.name(4, 1));
    int code = new ProcessBuilder("mkfifo", fifo.toString()).inheritIO().start().waitFor();
    assumeTrue(code == 0, "mkfifo is not there");
    Path link = folder.resolve(Segment.name(4, 9));
    Files.createSymbolicLink(link, temp.resolve("elsewhere"));
    try (Journal journal = open()) {
      assertThat(journal.notices())
          .containsExactly(
              fifo + " is not a regular file and was set aside unread",
              link + " is not a regular file and was set aside unread");
    }
    assertThat(fifo).doesNotExist();
  }
}
