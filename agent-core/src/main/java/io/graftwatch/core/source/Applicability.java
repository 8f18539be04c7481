package io.graftwatch.core.source;

import java.util.List;

/// Whether a live source can be used on this host.
public sealed interface Applicability {
  /// It works, possibly with less than all rights.
  ///
  /// @param lacks what is missing, each with what it costs and the command that mends it; empty =
  ///   complete
  record Usable(List<Lack> lacks) implements Applicability {
    public Usable {
      lacks = List.copyOf(lacks);
    }
  }

  /// It does not work here.
  ///
  /// @param reason one sentence
  /// @param remedy the command that mends it, or a sentence saying that nothing does
  record Unusable(String reason, String remedy) implements Applicability {}

  /// Something that a usable source lacks.
  ///
  /// @param what one sentence: what is missing and what cannot be seen without it
  /// @param remedy the command that mends it
  record Lack(String what, String remedy) {}

  static Applicability usable() {
    return new Usable(List.of());
  }
}
