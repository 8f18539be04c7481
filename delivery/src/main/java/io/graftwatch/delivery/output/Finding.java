package io.graftwatch.delivery.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.journal.Pending;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A record as other products want to be told of it: the few things that their own views show, by
/// name, beside the whole OCSF document.
///
/// @param payload the document, JSON on one line
record Finding(String uid, byte[] payload, JsonNode ocsf) {
  /// What cannot be read is told as it is, with nothing beside it.
  static Finding of(Pending record) {
    JsonNode ocsf;
    try {
      ocsf = Json.mapper().readTree(record.payload());
    } catch (IOException e) {
      ocsf = Json.mapper().createObjectNode();
    }
    return new Finding(record.uid(), record.payload(), ocsf);
  }

  static List<Finding> of(List<Pending> records) {
    return records.stream().map(Finding::of).toList();
  }

  /// Milliseconds since the epoch.
  long time() {
    return ocsf.path("time").asLong();
  }

  /// When its case was first told, milliseconds since the epoch: the same for all its revisions.
  long created() {
    return ocsf.path("finding_info").path("created_time").asLong(time());
  }

  /// OCSF number, 1 to 5.
  int severity() {
    return ocsf.path("severity_id").asInt(1);
  }

  String host() {
    return ocsf.path("device").path("hostname").asText("");
  }

  String agent() {
    return ocsf.path("device").path("agent_list").path(0).path("uid").asText("");
  }

  String message() {
    return ocsf.path("message").asText("");
  }

  /// Id and name of the analytic.
  JsonNode analytic() {
    return ocsf.path("finding_info").path("analytic");
  }

  String title() {
    return ocsf.path("finding_info").path("title").asText("");
  }

  /// The case that it is a revision of.
  String caseUid() {
    return ocsf.path("finding_info").path("uid").asText(uid);
  }

  /// ATT&CK ids of techniques and sub-techniques.
  Set<String> techniques() {
    var ids = new LinkedHashSet<String>();
    for (JsonNode attack : ocsf.path("attacks")) {
      for (String part : List.of("technique", "sub_technique")) {
        String id = attack.path(part).path("uid").asText("");
        if (!id.isEmpty()) {
          ids.add(id);
        }
      }
    }
    return ids;
  }

  /// What ran last, else an empty node.
  JsonNode process() {
    JsonNode last = MissingNode.getInstance();
    for (JsonNode evidence : ocsf.path("evidences")) {
      if (evidence.has("process")) {
        last = evidence.path("process");
      }
    }
    return last;
  }
}
