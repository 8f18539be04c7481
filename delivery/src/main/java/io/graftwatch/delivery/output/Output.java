package io.graftwatch.delivery.output;

import io.graftwatch.delivery.journal.Pending;
import java.io.Closeable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Somewhere that findings go. Called by one thread.
public interface Output extends Closeable {
  /// Hands over a batch and waits for the answer, at most as long as the output's own deadline.
  ///
  /// @param batch name of the batch; the same when the same records are sent again
  /// @param records at least one
  Answer send(String batch, List<Pending> records);

  /// What the other side said.
  sealed interface Answer {
    /// It answered for each record.
    ///
    /// @param verdicts in the order of the records
    record Verdicts(List<Verdict> verdicts) implements Answer {}

    /// It answered that there is something in the batch that it will not take, but not what.
    ///
    /// @param problem one sentence
    record Refused(String problem) implements Answer {}

    /// No answer, or one that is no receipt. The batch is sent again later.
    ///
    /// @param problem one sentence
    /// @param retryAfter how long it asked us to wait
    record Failed(String problem, @Nullable Duration retryAfter) implements Answer {}
  }

  /// What became of one record.
  sealed interface Verdict {
    /// Stored there, now or earlier.
    record Taken() implements Verdict {}

    /// Will never be taken.
    record Rejected(String reason) implements Verdict {}

    /// Not answered for: it is sent again.
    record Again() implements Verdict {}
  }
}
