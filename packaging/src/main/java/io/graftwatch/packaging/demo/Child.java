package io.graftwatch.packaging.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A process that the demo has started; its messages go to a file.
final class Child implements AutoCloseable {
  private static final Duration END = Duration.ofSeconds(15);

  private final String name;
  private final Process process;
  private final Path log;

  private Child(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /// Starts a command that stays.
  static Child start(String name, Path folder, List<String> command) throws IOException {
    Path log = folder.resolve(name + ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new Child(name, process, log);
  }

  /// Runs a command to its end.
  ///
  /// @return what it wrote to standard output
  /// @throws IOException with its last message when it failed
  static String run(List<String> command, Path folder, @Nullable String input)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile(folder, "command", ".log");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
      if (input != null) {
        in.write(input);
      }
    }
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException(
          String.join(" ", command.subList(1, Math.min(3, command.size())))
              + " failed: "
              + Files.readString(errors).strip());
    }
    return output;
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /// Tells it one line.
  void say(String line) throws IOException {
    process.outputWriter().write(line + "\n");
    process.outputWriter().flush();
  }

  /// The text after `mark` in its messages, to the end of that line, as soon as it is there.
  String await(String mark, Duration atMost) throws IOException, InterruptedException {
    return until(
        atMost,
        "did not say '" + mark + "'",
        () -> {
          String text = messages();
          int at = text.indexOf(mark);
          int end = at < 0 ? -1 : text.indexOf('\n', at);
          return end < 0 ? Optional.empty() : Optional.of(text.substring(at + mark.length(), end));
        });
  }

  /// Looks again and again until there is an answer.
  ///
  /// @throws IOException when the process ends or the time is up
  <T> T until(Duration atMost, String failure, Supplier<Optional<T>> question)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      Optional<T> answer = question.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (!process.isAlive()) {
        throw new IOException(name + " has ended:\n" + messages().strip());
      }
      if (System.nanoTime() > end) {
        throw new IOException(name + " " + failure + " in time:\n" + messages().strip());
      }
      boolean _ = process.waitFor(100, TimeUnit.MILLISECONDS);
    }
  }

  String messages() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "";
    }
  }

  /// Ends it in order, then by force.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
        var _ = process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      var _ = process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
