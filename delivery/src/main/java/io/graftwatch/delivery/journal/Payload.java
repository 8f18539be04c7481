package io.graftwatch.delivery.journal;

import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Json;
import org.jspecify.annotations.Nullable;

/// A finding as bytes that fit into a record.
final class Payload {
  private Payload() {}

  /// Too large a finding loses the later half of its evidence until it fits, and says so in
  /// `metadata.is_truncated` and `untruncated_size`.
  ///
  /// @return null when it does not fit even without evidence
  static byte @Nullable [] of(DetectionFinding finding) {
    byte[] json = Json.bytes(finding);
    int full = json.length;
    int keep = finding.evidences().size();
    while (json.length > Frame.MAX_PAYLOAD) {
      if (keep == 0) {
        return null;
      }
      keep /= 2;
      json =
          Json.bytes(
              finding.with(
                  finding.metadata().truncated(full), finding.evidences().subList(0, keep)));
    }
    return json;
  }
}
