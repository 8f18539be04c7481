package io.graftwatch.collector.forward;

import io.graftwatch.delivery.finding.Activity;
import io.graftwatch.delivery.finding.Analytic;
import io.graftwatch.delivery.finding.Confidence;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Device;
import io.graftwatch.delivery.finding.FindingId;
import io.graftwatch.delivery.finding.FindingInfo;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Metadata;
import io.graftwatch.delivery.finding.Severity;
import io.graftwatch.delivery.finding.Status;
import io.graftwatch.delivery.journal.Pending;
import io.graftwatch.delivery.output.Output;
import io.graftwatch.delivery.output.Output.Answer;
import io.graftwatch.delivery.output.Output.Verdict;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// One record, clearly marked as a test, to one output.
public final class Trial {
  private Trial() {}

  /// @param works whether the other side took it
  /// @param said one sentence
  public record Result(boolean works, String said) {}

  /// @param collector host name of this collector
  public static Result of(
      Place place,
      String collector,
      String version,
      Map<String, String> environment,
      InstantSource clock) {
    long now = clock.millis();
    DetectionFinding finding = finding(place, collector, version, now);
    var row = new Row(0, "collector", false);
    var record = new Pending(0, finding.metadata().uid(), 1, Json.bytes(finding), row);
    try (Output output = place.open(environment, clock)) {
      return switch (output.send("test-" + now, List.of(record))) {
        case Answer.Verdicts(List<Verdict> verdicts) -> verdict(verdicts, record.uid());
        case Answer.Refused(String problem) -> new Result(false, problem);
        case Answer.Failed(String problem, _) -> new Result(false, problem);
      };
    } catch (IOException e) {
      return new Result(false, String.valueOf(e.getMessage()));
    }
  }

  private static Result verdict(List<Verdict> verdicts, String uid) {
    return switch (verdicts.isEmpty() ? new Verdict.Again() : verdicts.getFirst()) {
      case Verdict.Taken() -> new Result(true, "it took the test record " + uid);
      case Verdict.Rejected(String reason) -> new Result(false, "it does not take it: " + reason);
      case Verdict.Again() -> new Result(false, "it answered, but not for the record");
    };
  }

  private static DetectionFinding finding(Place place, String collector, String version, long now) {
    String uid = FindingId.of(collector, "test", place.name(), String.valueOf(now));
    String message =
        "This is a test of the output %s by the collector %s. Nothing was found."
            .formatted(place.name(), collector);
    return new DetectionFinding(
        Activity.CREATE,
        now,
        now,
        now,
        Severity.INFORMATIONAL,
        Confidence.HIGH,
        100,
        Status.RESOLVED,
        1,
        message,
        Metadata.of(
            FindingId.revision(uid, 1),
            "GW-TEST",
            Metadata.Product.graftwatch("collector", version),
            List.of("test")),
        new Device(null, collector, null, null, null, List.of()),
        List.of(),
        new FindingInfo(
            uid,
            "Graftwatch test record",
            message,
            List.of("test"),
            new Analytic("GW-TEST", "Test of an output", "test", null),
            List.of(),
            List.of(),
            now,
            now,
            now,
            now,
            List.of(),
            1,
            List.of(),
            List.of(new FindingInfo.Tag("test", "true"))),
        List.of(),
        List.of(),
        List.of(),
        null,
        Map.of("graftwatch", Map.of("state", "TEST")));
  }
}
