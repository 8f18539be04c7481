package io.graftwatch.linux.inventory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The package database of Red Hat, Fedora and SUSE, asked through `rpm -qf`: its files are
/// Berkeley DB, NDB or SQLite by turns, and only rpm reads them all.
final class Rpm implements Packages {
  private static final int MAX_OUTPUT = 16 << 20;
  private static final int SECONDS = 10;

  /// First the package's name, then a line for each of its files.
  private static final String FORMAT = "%{NAME}\\n[%{FILENAMES}\\t%{FILEDIGESTS}\\n]";

  private static final List<String> DATABASES = List.of("var/lib/rpm", "usr/lib/sysimage/rpm");

  private final Path rpm;
  private final Path root;

  /// @param rpm absolute path of the program
  /// @param root of the file system
  Rpm(Path rpm, Path root) {
    this.rpm = rpm;
    this.root = root;
  }

  @Override
  public long version() {
    long version = 0;
    for (String database : DATABASES) {
      for (String file : List.of("rpmdb.sqlite", "Packages.db", "Packages")) {
        try {
          Path path = root.resolve(database).resolve(file);
          version = version * 31 + Files.getLastModifiedTime(path).toMillis();
        } catch (IOException e) {
          // Not this kind of database.
        }
      }
    }
    return version;
  }

  @Override
  public Map<String, Ownership> owners(Collection<String> paths) {
    var owners = new HashMap<String, Ownership>();
    for (String path : paths) {
      owners.computeIfAbsent(path, this::ask);
    }
    return owners;
  }

  private Ownership ask(String path) {
    var builder =
        new ProcessBuilder(rpm.toString(), "-qf", "--queryformat", FORMAT, "--", path)
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("LC_ALL", "C");
    try {
      Process child = builder.start();
      child.getOutputStream().close();
      // A child that hangs would hang the read: it is ended first.
      child
          .onExit()
          .orTimeout(SECONDS, TimeUnit.SECONDS)
          .exceptionally(_ -> child.destroyForcibly());
      byte[] out = child.getInputStream().readNBytes(MAX_OUTPUT);
      boolean ended = child.waitFor(SECONDS, TimeUnit.SECONDS);
      return answer(path, ended ? child.exitValue() : -1, new String(out, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Ownership.UNKNOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Ownership.UNKNOWN;
    }
  }

  /// What rpm said.
  static Ownership answer(String path, int status, String out) {
    if (status != 0) {
      return out.contains("is not owned by any package") ? Ownership.NONE : Ownership.UNKNOWN;
    }
    int end = out.indexOf('\n');
    String name = end < 0 ? out.strip() : out.substring(0, end);
    int at = out.indexOf("\n" + path + "\t");
    if (name.isEmpty()) {
      return Ownership.UNKNOWN;
    }
    if (at < 0) {
      return new Ownership(name, null);
    }
    int from = at + path.length() + 2;
    int to = out.indexOf('\n', from);
    String digest = out.substring(from, to < 0 ? out.length() : to);
    return new Ownership(name, digest.isEmpty() ? null : digest);
  }
}
