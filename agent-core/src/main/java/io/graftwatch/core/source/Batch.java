package io.graftwatch.core.source;

import io.graftwatch.core.fact.Fact;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one pump brought.
///
/// @param source kind of the source
/// @param facts in its order
/// @param position where it stands after them; null when it has none to tell
public record Batch(String source, List<Fact> facts, @Nullable Checkpoint position) {
  /// Bytes that a fact takes beside its raw record, roughly.
  private static final int FACT_BYTES = 600;

  public Batch {
    facts = List.copyOf(facts);
  }

  /// Memory that it takes, bytes, roughly.
  int weight() {
    int weight = FACT_BYTES;
    for (Fact fact : facts) {
      weight += FACT_BYTES + fact.provenance().raw().length();
    }
    return weight;
  }
}
