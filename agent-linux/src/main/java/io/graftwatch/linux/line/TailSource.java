package io.graftwatch.linux.line;

import io.graftwatch.core.config.Glob;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineParser;
import io.graftwatch.core.line.LineReader;
import io.graftwatch.core.line.LineRecording;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.linux.tail.FileWatch;
import io.graftwatch.linux.tail.LogTail;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// All live files of one kind of line log. On the first start ever it begins at their ends; a file
/// that appears later is read from its beginning. Never waits: its thread does, for
/// all kinds at once.
final class TailSource implements Source {
  private static final int MAX_FILES = 32;
  private static final long DISCOVERY = 60_000_000;

  private final String kind;
  private final List<String> globs;
  private final Function<Origin, LineParser> parsers;
  private final InstantSource clock;
  private final Map<String, String> positions;
  private final FileWatch watch;
  private final SourceCounters counters = new SourceCounters();
  private final Map<Path, Tailed> files = new TreeMap<>();
  private final Deque<SourceGap> gaps = new ArrayDeque<>();
  private long discovered;

  /// A file that is followed.
  private static final class Tailed {
    private final LogTail tail;
    private final LineParser parser;
    private final Line line = new Line();
    private long number;

    Tailed(LogTail tail, LineParser parser) {
      this.tail = tail;
      this.parser = parser;
    }
  }

  /// @param globs absolute paths, `*` in their last element only
  /// @param watch told of each file
  /// @param from checkpoint; null on the first start ever
  TailSource(
      String kind,
      List<String> globs,
      Function<Origin, LineParser> parsers,
      FileWatch watch,
      InstantSource clock,
      @Nullable Checkpoint from)
      throws IOException {
    this.kind = kind;
    this.globs = List.copyOf(globs);
    this.parsers = parsers;
    this.watch = watch;
    this.clock = clock;
    this.positions = from == null ? Map.of() : parse(from.value());
    discover(from == null);
  }

  /// Lines of `path<TAB>position`.
  private static Map<String, String> parse(String text) {
    var positions = new HashMap<String, String>();
    for (String entry : text.split("\n", -1)) {
      int tab = entry.indexOf('\t');
      if (tab > 0) {
        positions.put(entry.substring(0, tab), entry.substring(tab + 1));
      }
    }
    return positions;
  }

  private void discover(boolean firstEver) throws IOException {
    discovered = now();
    for (String glob : globs) {
      for (Path file : existing(glob)) {
        if (!files.containsKey(file) && files.size() < MAX_FILES) {
          // A position that names no place means: from the beginning.
          String position = firstEver ? null : positions.getOrDefault(file.toString(), "");
          LogTail tail = LogTail.open(file, position, 0, reason -> gap(file, reason));
          var origin =
              new Origin(kind, file.toString(), ZoneId.systemDefault(), this::now, _ -> now());
          files.put(file, new Tailed(tail, parsers.apply(origin)));
          watch.add(file, tail);
        }
      }
    }
  }

  private static List<Path> existing(String glob) {
    Path pattern = Path.of(glob);
    Path folder = pattern.getParent();
    if (glob.indexOf('*') < 0 || folder == null) {
      return Files.isRegularFile(pattern) ? List.of(pattern) : List.of();
    }
    Glob name = Glob.path(glob);
    var found = new ArrayList<Path>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (name.matches(entry.toString()) && Files.isRegularFile(entry)) {
          found.add(entry);
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      return List.of();
    }
    return found;
  }

  private void gap(Path file, String reason) {
    counters.note(reason, 1);
    long now = now();
    var provenance =
        new Provenance(
            kind, "gap:" + file + ":" + now, Provenance.APPLICATION, now, now, null, Raw.NONE);
    gaps.add(new SourceGap(provenance, now, now, -1, reason));
  }

  @Override
  public int pump(FactSink sink, int limit) throws IOException {
    if (now() - discovered >= DISCOVERY) {
      discover(false);
    }
    long now = now();
    int lines = 0;
    for (Tailed file : files.values()) {
      while (lines < limit && file.tail.next(now)) {
        LineReader at = file.tail.line();
        file.line.at(at.buffer(), at.from(), at.to(), ++file.number, at.cut(), true);
        LineRecording.count(file.parser, file.line, sink, counters);
        lines++;
      }
    }
    for (SourceGap gap = gaps.poll(); gap != null; gap = gaps.poll()) {
      sink.accept(gap);
    }
    return lines;
  }

  private long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }

  @Override
  public void wake() {
    // It is never inside a wait.
  }

  @Override
  public Checkpoint position() {
    var text = new StringBuilder();
    files.forEach((path, file) -> {
      String entry = path + "\t" + place(file.tail) + "\n";
      if (text.length() + entry.length() <= Checkpoint.MAX) {
        text.append(entry);
      } else {
        counters.note("checkpoint_full", 1);
      }
    });
    return new Checkpoint(text.toString());
  }

  private static String place(LogTail tail) {
    try {
      String place = tail.position();
      return place == null ? "" : place;
    } catch (IOException _) {
      return "";
    }
  }

  @Override
  public SourceCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    files
        .values()
        .forEach(file -> {
          watch.remove(file.tail);
          file.tail.close();
        });
  }
}
