package io.graftwatch.collector.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.graftwatch.delivery.finding.FindingId;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// Findings to send: the example of the field guide, changed where a test needs it.
public final class Sample {
  private final ObjectNode json;

  private Sample(ObjectNode json) {
    this.json = json;
  }

  /// @param host whose finding it is
  /// @param implant tells the cases of a host apart
  public static Sample of(String host, String implant) {
    try (InputStream in = Sample.class.getResourceAsStream("/findings/AN1508.json")) {
      if (in == null) {
        throw new IllegalStateException("no sample");
      }
      var sample = new Sample((ObjectNode) Json.mapper().readTree(in));
      ((ObjectNode) sample.json.get("device")).put("hostname", host).remove("agent_list");
      ((ObjectNode) sample.json.get("finding_info"))
          .put("uid", FindingId.of(host, "apache", "apache2.service", implant));
      return sample.revision(1).sequence(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Sample revision(int revision) {
    String uid = json.at("/finding_info/uid").asText();
    ((ObjectNode) json.get("metadata")).put("uid", FindingId.revision(uid, revision));
    return activity(revision == 1 ? 1 : 2);
  }

  public Sample sequence(long sequence) {
    ((ObjectNode) json.get("metadata")).put("sequence", sequence);
    return this;
  }

  /// @param activity 1 create, 2 update, 3 close
  public Sample activity(int activity) {
    json.put("activity_id", activity).put("type_uid", 200_400 + activity);
    return this;
  }

  /// @param severity OCSF `severity_id`
  public Sample severity(int severity) {
    json.put("severity_id", severity).put("is_alert", severity >= 3);
    return this;
  }

  public Sample message(String message) {
    json.put("message", message);
    return this;
  }

  /// The tree itself, to change what no method changes.
  public ObjectNode json() {
    return json;
  }

  /// As it is now, and as it will be read back.
  public JsonNode copy() {
    try {
      return Json.mapper().readTree(Json.bytes(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String uid() {
    return json.at("/metadata/uid").asText();
  }

  public String findingUid() {
    return json.at("/finding_info/uid").asText();
  }
}
