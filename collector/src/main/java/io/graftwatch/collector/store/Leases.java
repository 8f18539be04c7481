package io.graftwatch.collector.store;

/// Work that only one of several collectors does at a time.
public interface Leases {
  /// Takes or keeps a lease, unless another holds it.
  ///
  /// @param holder who asks
  /// @param now milliseconds since the epoch
  /// @param expires until when it is his
  boolean hold(String name, String holder, long now, long expires) throws StoreException;

  /// Gives a lease back, so that another need not wait.
  void release(String name, String holder) throws StoreException;
}
