package io.graftwatch.core.source;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A reader of one log. One thread calls [#pump] in a duty cycle; [#wake] and [#counters] may be
/// called from any thread.
public interface Source extends AutoCloseable {
  /// Reads on and hands out at most about `limit` facts.
  ///
  /// May block until data arrives or [#wake] is called, 5 s at most, unless its type has a [Bell].
  /// Facts come in the source's own order; each later [#position] covers all facts handed out
  /// before it.
  ///
  /// @return native records read; 0 = idle, -1 = a recording has ended
  /// @throws IOException when the source broke; its supervisor closes and reopens it
  int pump(FactSink sink, int limit) throws IOException;

  /// Makes the pump in progress return. Any thread.
  void wake();

  /// Where the next start must read on so that nothing handed out is lost or repeated.
  Checkpoint position();

  /// What has been read, in native records. Any thread.
  SourceCounters counters();

  /// How it fares now, where that can change while it is open: a switch of the system is turned,
  /// one of several hosts cannot be reached. Null: as the probe of its type has said. Any thread.
  default @Nullable Applicability condition() {
    return null;
  }

  @Override
  void close();
}
