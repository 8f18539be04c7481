package io.graftwatch.collector.store;

/// One-time links and the sessions they open, by digest of their secrets. Times are milliseconds
/// since the epoch.
public interface Sessions {
  void addLink(Digest link, long expires) throws StoreException;

  /// Spends a link on a session.
  ///
  /// @return false when the link is unknown, spent or expired
  boolean open(Digest link, Digest session, long now, long expires) throws StoreException;

  /// Whether the session lives, which also keeps it alive.
  ///
  /// @param idle it dies when it was not used that long
  boolean use(Digest session, long now, long idle) throws StoreException;

  void end(Digest session) throws StoreException;
}
