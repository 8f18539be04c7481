package io.graftwatch.linux.kernel;

import java.io.IOException;

/// The kernel refused for want of a capability (EPERM).
public final class DeniedException extends IOException {
  private static final long serialVersionUID = 1;

  public DeniedException(String message) {
    super(message);
  }
}
