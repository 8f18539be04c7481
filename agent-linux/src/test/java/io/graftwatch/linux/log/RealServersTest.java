package io.graftwatch.linux.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.graftwatch.core.fact.ServerLog.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Debian's servers really print when a component cannot be loaded or a worker dies.
class RealServersTest {
  @TempDir private Path folder;

  @Test
  void nginxCannotLoadAModule() throws Exception {
    String nginx = program("/usr/sbin/nginx");
    Path module = Files.writeString(folder.resolve("x.so"), "no library");
    Path conf =
        Files.writeString(folder.resolve("nginx.conf"), "load_module " + module + ";\nevents {}\n");
    assertThat(
            readings(
                run(nginx, "-t", "-p", folder + "/", "-c", conf.toString()), NginxLog::message))
        .contains(Reading.about(Kind.LOAD_ERROR, module.toString()));
  }

  @Test
  void apacheCannotLoadAModule() throws Exception {
    String apache = program("/usr/sbin/apache2");
    Path module = Files.writeString(folder.resolve("mod_x.so"), "no library");
    Path conf =
        Files.writeString(
            folder.resolve("apache2.conf"),
            "ServerRoot " + folder + "\nLoadModule x_module " + module + "\n");
    assertThat(readings(run(apache, "-t", "-f", conf.toString()), ApacheLog::message))
        .contains(Reading.about(Kind.LOAD_ERROR, module.toString()));
  }

  @Test
  void phpCannotLoadAnExtension() throws Exception {
    String php = program("/usr/sbin/php-fpm8.2");
    Path conf =
        Files.writeString(
            folder.resolve("fpm.conf"),
            "[global]\nerror_log = "
                + folder
                + "/fpm.log\n[www]\nlisten = "
                + folder
                + "/s\npm = static\npm.max_children = 1\nuser = nobody\n");
    String extension = folder + "/stats.so";
    List<String> lines =
        run(
            php,
            "-n",
            "-d",
            "log_errors=1",
            "-d",
            "extension=" + extension,
            "-t",
            "-y",
            conf.toString());
    assertThat(lines.stream().map(RealServersTest::php).filter(Objects::nonNull))
        .contains(Reading.about(Kind.LOAD_ERROR, extension));
  }

  @Test
  void anNginxWorkerDies() throws Exception {
    String nginx = program("/usr/sbin/nginx");
    Path log = folder.resolve("error.log");
    Path conf =
        Files.writeString(
            folder.resolve("nginx.conf"),
            "daemon off;\npid " + folder + "/pid;\nerror_log " + log + " notice;\nevents {}\n");
    Process master =
        new ProcessBuilder(nginx, "-p", folder + "/", "-c", conf.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    try {
      long worker = await(() -> master.children().findFirst().map(ProcessHandle::pid).orElse(null));
      run("/bin/kill", "-SEGV", Long.toString(worker));
      Reading crash = Reading.crash((int) worker);
      assertThat(await(() -> logged(log).contains(crash) ? crash : null)).isEqualTo(crash);
      assertThat(logged(log)).contains(Reading.of(Kind.START));
    } finally {
      master.destroy();
      master.waitFor();
    }
  }

  private static List<Reading> logged(Path log) throws IOException {
    return Files.exists(log) ? readings(Files.readAllLines(log), NginxLog::message) : List.of();
  }

  private static @Nullable Reading php(String line) {
    int end = line.startsWith("[") ? line.indexOf("] ") + 2 : 0;
    return PhpLog.message(line.substring(end));
  }

  private static List<Reading> readings(
      List<String> lines, Function<String, @Nullable Reading> parser) {
    return lines.stream().map(parser).filter(Objects::nonNull).toList();
  }

  private static String program(String path) {
    assumeTrue(Files.isExecutable(Path.of(path)), path + " is not installed here");
    return path;
  }

  private static List<String> run(String... command) throws Exception {
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    child.waitFor();
    return output.lines().toList();
  }

  /// Something that comes true in time.
  @FunctionalInterface
  private interface Condition<T> {
    @Nullable T get() throws IOException;
  }

  private static <T> T await(Condition<T> condition) throws Exception {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (System.nanoTime() < deadline) {
      T value = condition.get();
      if (value != null) {
        return value;
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("not in 20 s");
  }
}
