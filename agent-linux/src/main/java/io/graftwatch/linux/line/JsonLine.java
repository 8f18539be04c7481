package io.graftwatch.linux.line;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.graftwatch.core.line.Line;
import java.io.IOException;

/// Reads a line that is one JSON object, field by field, building no tree.
public final class JsonLine {
  /// Field names are an attacker's text too: they do not go into the JVM's table of strings.
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  private static final int MAX_DEPTH = 4;

  private JsonLine() {}

  /// Takes a scalar.
  @FunctionalInterface
  public interface Fields {
    /// @param name the field; in nested objects the names joined by dots; elements of an array come
    ///   one by one under the array's name
    /// @param token a string, a number, true or false; nulls are left out
    /// @param value its text
    void accept(String name, JsonToken token, String value);
  }

  /// Hands out the scalars of the object in their order.
  ///
  /// @return whether the line is one complete JSON object; when not, what came before the fault has
  ///   been handed out
  public static boolean read(Line line, Fields fields) {
    try (JsonParser json = JSON.createParser(line.bytes(), line.from(), line.length())) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      object(json, "", 1, fields);
      return json.nextToken() == null;
    } catch (IOException _) {
      return false;
    }
  }

  private static void object(JsonParser json, String prefix, int depth, Fields fields)
      throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = prefix.isEmpty() ? json.currentName() : prefix + "." + json.currentName();
      value(json, json.nextToken(), name, depth, fields);
    }
  }

  private static void value(JsonParser json, JsonToken token, String name, int depth, Fields fields)
      throws IOException {
    switch (token) {
      case START_OBJECT -> {
        if (depth == MAX_DEPTH) {
          json.skipChildren();
        } else {
          object(json, name, depth + 1, fields);
        }
      }
      case START_ARRAY -> {
        if (depth == MAX_DEPTH) {
          json.skipChildren();
        } else {
          for (JsonToken next = json.nextToken();
              next != JsonToken.END_ARRAY;
              next = json.nextToken()) {
            value(json, next, name, depth + 1, fields);
          }
        }
      }
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
          fields.accept(name, token, json.getText());
      default -> {
        // A null, or an object's end: no value.
      }
    }
  }
}
