package io.graftwatch.core.child;

import java.io.IOException;
import java.time.Duration;

/// When a child that ended may be started again: at once if it had something to say, else after a
/// pause that grows; and that one which ends at once again and again is no use.
public final class Respawn {
  private static final Duration LONGEST = Duration.ofSeconds(4);
  private static final int USELESS = 5;

  private final String program;
  private int silent;

  public Respawn(String program) {
    this.program = program;
  }

  /// The child has ended.
  ///
  /// @param spoke it printed a line that its reader understood
  /// @param words what it last said
  /// @return how long to wait before the next
  /// @throws IOException when it is of no use to start it again
  public Duration ended(boolean spoke, String words) throws IOException {
    silent = spoke ? 0 : silent + 1;
    if (silent >= USELESS) {
      throw new IOException(
          "%s ended at once %d times%s"
              .formatted(program, silent, words.isEmpty() ? "" : "; it says: " + words));
    }
    Duration pause = silent == 0 ? Duration.ZERO : Duration.ofSeconds(1L << (silent - 1));
    return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
  }
}
