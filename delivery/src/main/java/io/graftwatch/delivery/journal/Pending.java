package io.graftwatch.delivery.journal;

/// A record that waits for an output.
///
/// @param uid `metadata.uid`
/// @param severity OCSF number
/// @param payload the finding as JSON; not to be changed
public record Pending(long sequence, String uid, int severity, byte[] payload, Ref ref) {
  /// Where it stands; means something to its queue only.
  public interface Ref {}
}
