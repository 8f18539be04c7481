package io.graftwatch.delivery.journal;

import java.io.IOException;

/// The journal cannot be opened. The message is one sentence: what, where, what to do.
public final class JournalException extends IOException {
  private static final long serialVersionUID = 1;

  JournalException(String message) {
    super(message);
  }

  JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
