package io.graftwatch.collector.store;

import org.jspecify.annotations.Nullable;

/// One-time links and the sessions they open, by digest of their secrets. Times are milliseconds
/// since the epoch.
public interface Sessions {
  void addLink(Digest link, long expires) throws StoreException;

  /// Spends a link on a session of the person `admin`.
  ///
  /// @return false when the link is unknown, spent or expired
  boolean open(Digest link, Digest session, long now, long expires) throws StoreException;

  /// Begins a session for somebody whose right to it was established already.
  ///
  /// @param person who is added if unknown
  void start(Person person, Digest session, long now, long expires) throws StoreException;

  /// Whose session it is if it lives, which also keeps it alive.
  ///
  /// @param idle it dies when it was not used that long
  @Nullable Person use(Digest session, long now, long idle) throws StoreException;

  void end(Digest session) throws StoreException;
}
