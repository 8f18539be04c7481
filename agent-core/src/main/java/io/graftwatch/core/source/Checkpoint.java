package io.graftwatch.core.source;

/// A source's position, opaque to everybody else; the journal commits it with the findings that
/// came before it.
///
/// @param value text of at most 4 KiB that only the source itself understands
public record Checkpoint(String value) {
  public static final int MAX = 4096;

  public static final Checkpoint START = new Checkpoint("");

  public Checkpoint {
    if (value.length() > MAX) {
      throw new IllegalArgumentException("checkpoint of " + value.length() + " characters");
    }
  }
}
