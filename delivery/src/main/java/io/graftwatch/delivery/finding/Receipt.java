package io.graftwatch.delivery.finding;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The collector's answer to a batch of findings.
///
/// @param batch the request's `Graftwatch-Batch`
/// @param time the collector's clock, milliseconds since the epoch
/// @param storedSequence highest sequence up to which it holds every record of this agent
/// @param results one verdict a record, in the order sent
public record Receipt(String batch, long time, long storedSequence, List<Item> results) {
  /// What became of a record.
  public enum Verdict {
    /// On the collector's disk.
    @JsonProperty("stored")
    STORED,
    /// Was there already.
    @JsonProperty("duplicate")
    DUPLICATE,
    /// Will never be taken.
    @JsonProperty("rejected")
    REJECTED,
    /// A word that this version does not know: no verdict, the record is sent again.
    @JsonEnumDefaultValue
    UNKNOWN
  }

  /// @param uid the record's `metadata.uid`
  /// @param reason why it was rejected
  public record Item(
      String uid, @JsonProperty("status") Verdict verdict, @Nullable String reason) {}

  /// The collector's answer to a heartbeat.
  ///
  /// @param policyVersion the version that the agent should have
  public record Beat(String batch, long time, long storedSequence, long policyVersion) {}

  /// Any answer that is not a success.
  ///
  /// @param error a code: `unauthorized`, `too_large`
  /// @param message one sentence for people
  public record Refusal(String error, @Nullable String message, long time) {}

  public Receipt {
    results = Lists.copy(results);
  }
}
