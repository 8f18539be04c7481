package io.graftwatch.linux.tail;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whether this process can read something, found out by opening it. [Files#isReadable] asks
/// access(2), which leaves CAP_DAC_READ_SEARCH out of account in a process that is not root's.
public final class Readability {
  private Readability() {}

  public static boolean file(Path file) {
    if (!Files.isRegularFile(file)) {
      return false; // a FIFO would be waited for
    }
    try (var _ = Files.newByteChannel(file)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  public static boolean folder(Path folder) {
    try (DirectoryStream<Path> _ = Files.newDirectoryStream(folder)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
