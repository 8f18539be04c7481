package io.graftwatch.delivery.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.journal.Pending;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// Records as one body. They are JSON already; only those of an earlier enrolment are parsed.
final class Batches {
  /// What the collector takes in one request.
  static final int MAX_RECORDS = 500;

  static final int MAX_BYTES = 1 << 20;

  private Batches() {}

  /// @param agent who sends them
  /// @return a JSON array, gzip
  static byte[] array(List<Pending> records, String agent) {
    var bytes = new ByteArrayOutputStream(4096);
    try (var gzip = new GZIPOutputStream(bytes)) {
      char before = '[';
      for (Pending record : records) {
        gzip.write(before);
        gzip.write(from(agent, record.payload()));
        before = ',';
      }
      gzip.write(']');
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  /// A record that was found before this host enrolled anew names the agent it was then. Whoever
  /// sends it answers for it, so it names that one: a collector takes nothing in another's name.
  static byte[] from(String agent, byte[] payload) throws IOException {
    if (holds(payload, ("\"uid\":\"" + agent + "\"").getBytes(StandardCharsets.UTF_8))) {
      return payload;
    }
    boolean changed = false;
    JsonNode finding = Json.mapper().readTree(payload);
    for (JsonNode named : finding.path("device").path("agent_list")) {
      if (named instanceof ObjectNode one && one.hasNonNull("uid")) {
        one.put("uid", agent);
        changed = true;
      }
    }
    return changed ? Json.bytes(finding) : payload;
  }

  private static boolean holds(byte[] text, byte[] part) {
    for (int at = 0; at <= text.length - part.length; at++) {
      if (Arrays.equals(text, at, at + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }

  static byte[] gzip(byte[] json) {
    var bytes = new ByteArrayOutputStream(1024);
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }
}
