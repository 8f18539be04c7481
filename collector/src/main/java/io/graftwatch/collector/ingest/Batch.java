package io.graftwatch.collector.ingest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The JSON array of a post, cut into its records without changing a byte of them.
///
/// The form of the whole is checked here (RFC 8259, no duplicate names, bounded depth, numbers that
/// exist, text that is Unicode); what a record says is checked record by record.
final class Batch {
  private Batch() {}

  /// One record: bytes `from` to `to`, exclusive, of the body.
  record Slice(int from, int to) {}

  /// @throws Refusal 400 or 413
  static List<Slice> cut(byte[] body, int maxRecords) throws Refusal {
    var slices = new ArrayList<Slice>();
    try (JsonParser parser = Json.mapper().createParser(body)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw malformed("the body is not a JSON array");
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
          throw malformed("record " + slices.size() + " is not an object");
        }
        if (slices.size() == maxRecords) {
          throw Refusal.of(413, "too_large", "a batch may have " + maxRecords + " records");
        }
        int from = (int) parser.currentTokenLocation().getByteOffset();
        skip(parser);
        slices.add(new Slice(from, (int) parser.currentLocation().getByteOffset()));
      }
      if (parser.nextToken() != null) {
        throw malformed("something follows the array");
      }
    } catch (IOException e) {
      throw malformed("not JSON at byte offset " + offset(e));
    }
    return slices;
  }

  private static void skip(JsonParser parser) throws IOException, Refusal {
    for (int depth = 1; depth > 0; ) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        throw malformed("the array is cut off");
      }
      switch (token) {
        case START_OBJECT, START_ARRAY -> depth++;
        case END_OBJECT, END_ARRAY -> depth--;
        case FIELD_NAME, VALUE_STRING -> requireUnicode(parser);
        case VALUE_NUMBER_FLOAT -> {
          if (Double.isInfinite(parser.getDoubleValue())) {
            throw malformed("a number is out of range");
          }
        }
        default -> {}
      }
    }
  }

  /// Half a surrogate pair has no UTF-8 form, so it could not be stored and shown as it came.
  private static void requireUnicode(JsonParser parser) throws IOException, Refusal {
    char[] text = parser.getTextCharacters();
    int from = parser.getTextOffset();
    int to = from + parser.getTextLength();
    for (int i = from; i < to; i++) {
      if (Character.isSurrogate(text[i])) {
        if (i + 1 == to || !Character.isSurrogatePair(text[i], text[i + 1])) {
          throw malformed("text with half a surrogate pair");
        }
        i++;
      }
    }
  }

  private static Refusal malformed(String message) {
    return Refusal.of(400, "malformed_json", message);
  }

  private static long offset(IOException e) {
    return e instanceof com.fasterxml.jackson.core.JsonProcessingException json
            && json.getLocation() != null
        ? json.getLocation().getByteOffset()
        : -1;
  }
}
