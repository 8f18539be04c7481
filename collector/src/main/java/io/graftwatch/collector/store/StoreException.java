package io.graftwatch.collector.store;

import java.io.Serial;

/// The store could not do it, nothing of it was kept, and a later try may succeed.
public final class StoreException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  public StoreException(String message) {
    super(message);
  }

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
