package io.graftwatch.macos.live;

import io.graftwatch.core.child.ChildLines;
import io.graftwatch.core.line.Line;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A `log show` of the time in which no stream ran.
///
/// @param from microseconds since the epoch
/// @param tries how many were started, this one among them
record CatchUp(ChildLines child, long from, int tries) {
  /// How far back the log is asked at most: logd keeps some hours to some days. Microseconds.
  static final long LOOK_BACK = TimeUnit.HOURS.toMicros(1);

  /// Rows of one time are not written in one instant. Microseconds.
  private static final long OVERLAP = TimeUnit.SECONDS.toMicros(2);

  private static final int MOST = 3;
  private static final DateTimeFormatter EXACT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSxx").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ssxx").withZone(ZoneOffset.UTC);

  /// @param from the last time that was read
  static CatchUp start(String log, String predicate, long from, boolean exact) throws IOException {
    return start(log, predicate, from, exact, 1);
  }

  /// Another one in place of this that failed, with a start in whole seconds: not every `log` may
  /// take a fraction. Null when it was tried often enough.
  @Nullable CatchUp again(String log, String predicate) throws IOException {
    return tries == MOST ? null : start(log, predicate, from, false, tries + 1);
  }

  private static CatchUp start(String log, String predicate, long from, boolean exact, int tries)
      throws IOException {
    Instant start = Instant.EPOCH.plus(from - OVERLAP, ChronoUnit.MICROS);
    String stamp = (exact ? EXACT : SECONDS).format(start);
    ChildLines child =
        ChildLines.start(
            List.of(log, "show", "--style", "ndjson", "--start", stamp, "--predicate", predicate),
            false,
            Line.MAX);
    return new CatchUp(child, from, tries);
  }
}
