package io.graftwatch.linux.inventory;

import io.graftwatch.core.fact.ModuleLoad;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The RPM database, asked through `rpm -q -f` by absolute path, without a shell and with an empty
/// environment. Each file is asked for once between two changes of the database.
final class RpmPackages implements Packages {
  private static final int MAX_KNOWN = 4096;
  private static final int MAX_OUTPUT = 4 * 1024 * 1024;
  private static final long DEADLINE_SECONDS = 5;

  private final Path rpm;
  private final Path database;
  private final Map<String, Answer> known = new LinkedHashMap<>();
  private String read = "";

  /// @param digest the content's hash as the package brought it, empty when there is none
  private record Answer(@Nullable String owner, String digest) {}

  RpmPackages(Path rpm, Path database) {
    this.rpm = rpm;
    this.database = database;
  }

  @Override
  public void refresh() {
    var now = new StringBuilder();
    for (String file : List.of("rpmdb.sqlite", "rpmdb.sqlite-wal", "Packages", "Packages.db")) {
      try {
        now.append(Files.getLastModifiedTime(database.resolve(file))).append(',');
      } catch (IOException _) {
        now.append("-,");
      }
    }
    if (!now.toString().equals(read)) {
      known.clear();
      read = now.toString();
    }
  }

  @Override
  public boolean working() {
    return false;
  }

  @Override
  public @Nullable String owner(String path) {
    return answer(path).owner;
  }

  @Override
  public boolean intact(String path) {
    String digest = answer(path).digest;
    try {
      return digest.isEmpty()
          || digest.equals(Digests.hex(digest.length() == 32 ? "MD5" : "SHA-256", Path.of(path)));
    } catch (IOException _) {
      return true;
    }
  }

  private Answer answer(String path) {
    Answer answer = known.get(path);
    if (answer == null) {
      answer = ask(path);
      if (known.size() >= MAX_KNOWN) {
        known.clear();
      }
      known.put(path, answer);
    }
    return answer;
  }

  private Answer ask(String path) {
    var builder =
        new ProcessBuilder(
            rpm.toString(),
            "-q",
            "--qf",
            "%{NAME}\\n[%{FILEDIGESTS} %{FILENAMES}\\n]",
            "-f",
            "--",
            path);
    builder.environment().clear();
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process child = null;
    try {
      child = builder.start();
      child.getOutputStream().close();
      Process started = child;
      Thread deadline =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  if (!started.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                    started.destroyForcibly();
                  }
                } catch (InterruptedException _) {
                  Thread.currentThread().interrupt();
                }
              });
      byte[] output = child.getInputStream().readNBytes(MAX_OUTPUT);
      int status = child.waitFor();
      deadline.interrupt();
      return parse(new String(output, StandardCharsets.UTF_8), status, path);
    } catch (IOException _) {
      return new Answer(null, "");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Answer(null, "");
    } finally {
      if (child != null) {
        child.destroyForcibly();
      }
    }
  }

  /// Status 1 is rpm's word for "no package has it"; a killed child has told nothing.
  private static Answer parse(String output, int status, String path) {
    if (status == 1) {
      return new Answer(ModuleLoad.UNOWNED, "");
    }
    int end = output.indexOf('\n');
    if (status != 0 || end <= 0) {
      return new Answer(null, "");
    }
    int at = output.indexOf(" " + path + "\n");
    int begin = at < 0 ? -1 : output.lastIndexOf('\n', at) + 1;
    String digest = begin > 0 ? output.substring(begin, at) : "";
    return new Answer(output.substring(0, end), digest);
  }
}
