package io.graftwatch.delivery.finding;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonProperty.Access;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One state of a case: an OCSF 1.8.0 Detection Finding (class 2004, category 2).
///
/// The components are what has to be said; the attributes that follow from them (class, category
/// and type numbers, captions, alert flag, action, disposition) are written but never stored, so
/// they cannot disagree. All times are milliseconds since the epoch, as OCSF wants them.
///
/// @param time when this state was reached
/// @param startTime time of the first evidence
/// @param endTime time of the last evidence
/// @param confidenceScore 0 to 100
/// @param count pieces of evidence behind it
/// @param message one sentence
/// @param evidences at most [#MAX_EVIDENCES]
/// @param resources the server instance
/// @param unmapped what OCSF has no name for; ours stands under `graftwatch`
@JsonPropertyOrder({
  "activity_id",
  "activity_name",
  "category_uid",
  "category_name",
  "class_uid",
  "class_name",
  "type_uid",
  "type_name",
  "time",
  "start_time",
  "end_time",
  "severity_id",
  "severity",
  "confidence_id",
  "confidence",
  "confidence_score",
  "status_id",
  "status",
  "is_alert",
  "count",
  "message",
  "metadata",
  "device",
  "action_id",
  "action",
  "disposition_id",
  "disposition"
})
public record DetectionFinding(
    Activity activityId,
    long time,
    @Nullable Long startTime,
    @Nullable Long endTime,
    Severity severityId,
    Confidence confidenceId,
    int confidenceScore,
    Status statusId,
    int count,
    String message,
    Metadata metadata,
    Device device,
    List<Attack> attacks,
    FindingInfo findingInfo,
    List<Evidence> evidences,
    List<Observable> observables,
    List<Resource> resources,
    @Nullable Remediation remediation,
    Map<String, Object> unmapped) {
  public static final int MAX_EVIDENCES = 32;
  private static final int CLASS_UID = 2004;

  /// What to do about it.
  ///
  /// @param references links or document names
  public record Remediation(String desc, List<String> references) {
    public Remediation {
      references = Lists.copy(references);
    }
  }

  public DetectionFinding {
    attacks = Lists.copy(attacks);
    evidences = Lists.copy(evidences);
    observables = Lists.copy(observables);
    resources = Lists.copy(resources);
    unmapped = Lists.copy(unmapped);
    if (evidences.size() > MAX_EVIDENCES) {
      throw new IllegalArgumentException(evidences.size() + " evidences > " + MAX_EVIDENCES);
    }
  }

  /// The same finding with its place in the agent's sequence.
  public DetectionFinding withSequence(long sequence) {
    return with(metadata.withSequence(sequence), evidences);
  }

  /// The same finding with other metadata and evidence.
  public DetectionFinding with(Metadata metadata, List<Evidence> evidences) {
    return new DetectionFinding(
        activityId,
        time,
        startTime,
        endTime,
        severityId,
        confidenceId,
        confidenceScore,
        statusId,
        count,
        message,
        metadata,
        device,
        attacks,
        findingInfo,
        evidences,
        observables,
        resources,
        remediation,
        unmapped);
  }

  @JsonProperty(access = Access.READ_ONLY)
  public String activityName() {
    return activityId.caption();
  }

  @JsonProperty(access = Access.READ_ONLY)
  public int categoryUid() {
    return 2;
  }

  @JsonProperty(access = Access.READ_ONLY)
  public String categoryName() {
    return "Findings";
  }

  @JsonProperty(access = Access.READ_ONLY)
  public int classUid() {
    return CLASS_UID;
  }

  @JsonProperty(access = Access.READ_ONLY)
  public String className() {
    return "Detection Finding";
  }

  @JsonProperty(access = Access.READ_ONLY)
  public int typeUid() {
    return CLASS_UID * 100 + activityId.id();
  }

  @JsonProperty(access = Access.READ_ONLY)
  public String typeName() {
    return className() + ": " + activityName();
  }

  @JsonProperty(access = Access.READ_ONLY)
  public String severity() {
    return severityId.caption();
  }

  @JsonProperty(access = Access.READ_ONLY)
  public String confidence() {
    return confidenceId.caption();
  }

  @JsonProperty(access = Access.READ_ONLY)
  public String status() {
    return statusId.caption();
  }

  @JsonProperty(value = "is_alert", access = Access.READ_ONLY)
  public boolean isAlert() {
    return severityId.isAlert();
  }

  /// Graftwatch watches; it never blocks: Observed.
  @JsonProperty(access = Access.READ_ONLY)
  public int actionId() {
    return 3;
  }

  @JsonProperty(access = Access.READ_ONLY)
  public String action() {
    return "Observed";
  }

  @JsonProperty(access = Access.READ_ONLY)
  public int dispositionId() {
    return isAlert() ? 19 : 17;
  }

  @JsonProperty(access = Access.READ_ONLY)
  public String disposition() {
    return isAlert() ? "Alert" : "Logged";
  }
}
