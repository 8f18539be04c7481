package io.graftwatch.collector.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who is signed in, by digest of the session's secret. Times are milliseconds since the epoch.
public interface Sessions {
  /// @param address where the person signed in from
  record Session(Digest id, long createdAt, long usedAt, String address) {}

  /// Begins a session of a person that exists.
  void start(String person, Digest session, String address, long now, long expires)
      throws StoreException;

  /// Whose session it is if it lives, which also keeps it alive.
  ///
  /// @param idle it dies when it was not used that long
  @Nullable Person use(Digest session, long now, long idle) throws StoreException;

  /// Those that live, the latest use first.
  List<Session> of(String person, long now, long idle) throws StoreException;

  void end(Digest session) throws StoreException;
}
