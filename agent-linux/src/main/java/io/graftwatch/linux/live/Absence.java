package io.graftwatch.linux.live;

import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.linux.audit.AuditStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The time between the last commit of the run before and now: filled from `audit.log` where that
/// reaches back so far, else a counted gap.
final class Absence implements AutoCloseable {
  /// Events that were incomplete at the commit are read again; the parser and the engine know those
  /// they have had.
  private static final long OVERLAP = TimeUnit.SECONDS.toMicros(3);

  /// The daemon writes the log a moment after netlink tells.
  private static final long LOG_LAG = TimeUnit.SECONDS.toMicros(2);

  private static final int LINES_A_PUMP = 8192;

  private final Position before;
  private final Losses losses;
  private @Nullable LogCatchUp log;
  private long ended = -1;
  private boolean told;

  /// @param before where the last run left off
  Absence(Position before, Path log, Losses losses) {
    this.before = before;
    this.losses = losses;
    this.told = before.time() == 0;
    this.log = told ? null : LogCatchUp.of(log, before.time() - OVERLAP);
  }

  /// Event time up to which the run before had read; 0 on the first start.
  long since() {
    return before.time();
  }

  /// Reads the log on.
  ///
  /// @return lines read; 0 when there is nothing (more) to read
  int pump(AuditStream stream, long now, FactSink sink, int limit) throws IOException {
    LogCatchUp reading = log;
    if (reading == null) {
      return 0;
    }
    int lines = reading.pump(stream, now, sink, Math.min(LINES_A_PUMP, 16 * limit));
    if (lines >= 0) {
      return Math.max(lines, 1);
    }
    ended = ended < 0 ? now : ended;
    if (now - ended > LOG_LAG) {
      told = told || reading.oldest() <= before.time();
      close();
    }
    return 0;
  }

  /// The gap that the log did not fill, once the first record after it is known.
  ///
  /// @param serial of the newest record by netlink; equal to the old one when none came yet
  Optional<SourceGap> first(long serial, long now) {
    if (told || log != null || serial == before.serial()) {
      return Optional.empty();
    }
    told = true;
    long events =
        Serials.after(serial, before.serial()) ? Serials.between(before.serial(), serial) : 0;
    String detail = "serials " + before.serial() + " to " + serial + "; no audit.log tells of them";
    return Optional.of(
        events > 0
            ? losses.of(Losses.RESTART, events, before.time(), now, detail)
            : Losses.gap(Losses.RESTART, -1, before.time(), now, detail));
  }

  @Override
  public void close() {
    LogCatchUp reading = log;
    log = null;
    if (reading != null) {
      try {
        reading.close();
      } catch (IOException e) {
        // A file that was only read has nothing left to lose.
      }
    }
  }
}
