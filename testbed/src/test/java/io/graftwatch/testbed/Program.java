package io.graftwatch.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// One of our programs in a JVM of its own. What it says goes to a file.
public final class Program implements AutoCloseable {
  public static final String AGENT = "io.graftwatch.core.cli.Main";
  public static final String COLLECTOR = "io.graftwatch.collector.Main";
  private static final long PATIENCE_SECONDS = 120;
  private static final int LOOK_MILLIS = 50;

  private final Process process;
  private final Path messages;

  private Program(Process process, Path messages) {
    this.process = process;
    this.messages = messages;
  }

  /// @param exit its exit code
  /// @param out standard output
  /// @param err standard error
  public record Result(int exit, String out, String err) {}

  /// Starts a program that stays; its words are added to `messages`.
  public static Program start(Path messages, String main, String... arguments) throws IOException {
    Process process =
        new ProcessBuilder(line(main, arguments))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(messages.toFile()))
            .start();
    return new Program(process, messages);
  }

  /// Runs a program to its end.
  public static Result run(String input, String main, String... arguments)
      throws IOException, InterruptedException {
    Path err = Files.createTempFile("graftwatch", ".err");
    try {
      Process process =
          new ProcessBuilder(line(main, arguments)).redirectError(err.toFile()).start();
      try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
        in.write(input);
      }
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), out, Files.readString(err));
    } finally {
      Files.delete(err);
    }
  }

  private static List<String> line(String main, String... arguments) {
    var line = new ArrayList<String>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx96m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            main));
    line.addAll(List.of(arguments));
    return line;
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  public String messages() {
    try {
      return Files.readString(messages);
    } catch (IOException e) {
      return "";
    }
  }

  /// SIGKILL: no shutdown hook, no flush.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// SIGTERM.
  ///
  /// @return its exit code
  public int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("it does not stop");
    }
    return process.exitValue();
  }

  /// Waits that long, or until it ends.
  public void awaitEnd(long millis) throws InterruptedException {
    boolean _ = process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  /// Waits while it lives until something holds.
  public void await(String what, BooleanSupplier condition) throws InterruptedException {
    if (!reaches(condition)) {
      throw new AssertionError(
          (alive() ? "no sign that " : "it ended before ") + what + ":\n" + messages());
    }
  }

  /// Waits while it lives until something holds.
  ///
  /// @return whether it came to hold
  public boolean reaches(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      boolean ended = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      if (ended || System.nanoTime() > end) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
