package io.graftwatch.core.source;

import io.graftwatch.core.fact.Fact;

/// Takes facts from a source.
@FunctionalInterface
public interface FactSink {
  void accept(Fact fact);
}
