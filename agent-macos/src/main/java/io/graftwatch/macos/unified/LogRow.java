package io.graftwatch.macos.unified;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.graftwatch.core.line.Line;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One row of the unified log: the members that matter of some twenty.
///
/// A row that says one of them twice, or in another type than `log` does, is none of `log`'s.
final class LogRow {
  /// Member names are an attacker's text too: they do not go into the JVM's table of strings.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(32).maxNumberLength(40).build())
          .build();

  private static final int MAX_PATH = 1024;

  /// Microseconds since the epoch; [Stamp#NONE] when the row has none.
  long time = Stamp.NONE;

  /// The kernel's clock since boot, in ticks; -1 when the row has none.
  long machTime = -1;

  int process = -1;
  long thread = -1;
  long lossCount = -1;
  @Nullable String eventType;
  @Nullable String processPath;
  @Nullable String senderPath;
  @Nullable String subsystem;

  /// Null where the row has none, and in rows that are not messages.
  @Nullable String message;

  /// It is the trailer that ends what `log` prints.
  boolean trailer;

  private LogRow() {}

  /// Reads a line.
  ///
  /// @return null when it is not one complete row
  static @Nullable LogRow read(Line line) {
    try (JsonParser json = JSON.createParser(line.bytes(), line.from(), line.length())) {
      var row = new LogRow();
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      int told = 0;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        int member = row.take(name, value, json);
        if (member == WRONG || (member & told) != 0) {
          return null;
        }
        told |= member;
        if (value.isStructStart()) {
          json.skipChildren();
        }
      }
      return json.nextToken() == null ? row : null;
    } catch (IOException _) {
      return null;
    }
  }

  private static final int OTHER = 0;
  private static final int WRONG = -1;

  /// @return a bit that stands for the member, [#OTHER] or [#WRONG]
  private int take(String name, JsonToken value, JsonParser json) throws IOException {
    return switch (name) {
      case "eventMessage" -> {
        if (value != JsonToken.VALUE_NULL && value != JsonToken.VALUE_STRING) {
          yield WRONG;
        }
        message = value == JsonToken.VALUE_NULL ? null : json.getText();
        yield 1;
      }
      case "timestamp" -> {
        time = value == JsonToken.VALUE_STRING ? Stamp.micros(json.getText()) : Stamp.NONE;
        yield time == Stamp.NONE ? WRONG : 2;
      }
      case "processID" -> {
        process = value == JsonToken.VALUE_NUMBER_INT ? json.getIntValue() : -1;
        yield process < 0 ? WRONG : 4;
      }
      case "machTimestamp" -> {
        machTime = value == JsonToken.VALUE_NUMBER_INT ? json.getLongValue() : -1;
        yield machTime < 0 ? WRONG : 8;
      }
      case "threadID" -> {
        thread = value == JsonToken.VALUE_NUMBER_INT ? json.getLongValue() : -1;
        yield value == JsonToken.VALUE_NUMBER_INT ? 16 : WRONG;
      }
      case "eventType" -> {
        eventType = text(value, json);
        yield eventType == null ? WRONG : 32;
      }
      case "processImagePath" -> {
        processPath = text(value, json);
        yield 64;
      }
      case "senderImagePath" -> {
        senderPath = text(value, json);
        yield 128;
      }
      case "subsystem" -> {
        subsystem = text(value, json);
        yield 256;
      }
      case "lossCount" -> {
        lossCount = value == JsonToken.VALUE_NUMBER_INT ? json.getLongValue() : -1;
        yield 512;
      }
      case "finished" -> {
        trailer = true;
        yield 1024;
      }
      default -> OTHER;
    };
  }

  private static @Nullable String text(JsonToken value, JsonParser json) throws IOException {
    String text = value == JsonToken.VALUE_STRING ? json.getText() : null;
    return text == null || text.length() > MAX_PATH ? null : text;
  }
}
