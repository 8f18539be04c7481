package io.graftwatch.core.source;

import java.io.IOException;

/// Where one thread waits for several sources at once.
public interface Bell {
  /// Returns when one of the sources may have something, [#wake] was called or time is up. One
  /// thread at a time.
  ///
  /// @throws IOException when there is no waiting any more: the sources are opened anew
  void await(int timeoutMillis) throws IOException;

  /// Ends the wait in progress, or the next one. Any thread.
  void wake();
}
