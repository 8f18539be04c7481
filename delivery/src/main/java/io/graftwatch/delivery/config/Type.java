package io.graftwatch.delivery.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// How the values of a key are written and what they mean.
///
/// @param written what a person may write, a few words
/// @param read makes the value; throws [IllegalArgumentException] with a sentence when it cannot
public record Type<T>(String written, Function<JsonNode, T> read) {
  /// Entries that a list may have.
  public static final int MAX_ENTRIES = 4096;

  /// Characters that a text may have.
  public static final int MAX_TEXT = 4096;

  public static Type<String> text(String written) {
    return new Type<>(written, Type::string);
  }

  public static Type<Boolean> flag() {
    return new Type<>(
        "true or false",
        node -> {
          if (!node.isBoolean()) {
            throw new IllegalArgumentException("must be true or false, without quotes");
          }
          return node.booleanValue();
        });
  }

  public static Type<Integer> integer(int min, int max) {
    return new Type<>(
        "whole number, " + min + " to " + max,
        node -> {
          if (!node.canConvertToInt() || !node.isIntegralNumber()) {
            throw new IllegalArgumentException("must be a whole number from " + min + " to " + max);
          }
          return within(node.intValue(), min, max);
        });
  }

  private static int within(int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(value + " is not within " + min + " to " + max);
    }
    return value;
  }

  public static Type<String> decimal(String min, String max) {
    var low = new BigDecimal(min);
    var high = new BigDecimal(max);
    return new Type<>(
        "number, " + min + " to " + max,
        node -> {
          if (!node.isNumber() || node.asText().length() > 20) {
            throw new IllegalArgumentException("must be a number from " + min + " to " + max);
          }
          BigDecimal value = node.decimalValue();
          if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            throw new IllegalArgumentException(value + " is not within " + min + " to " + max);
          }
          return value.toPlainString();
        });
  }

  public static Type<Duration> duration(String min, String max) {
    Duration low = Durations.parse(min);
    Duration high = Durations.parse(max);
    return new Type<>(
        "duration, " + min + " to " + max,
        node -> {
          Duration value = Durations.parse(string(node));
          if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            throw new IllegalArgumentException(
                "'" + node.textValue() + "' is not within " + min + " to " + max);
          }
          return value;
        });
  }

  /// One of a few words.
  public static Type<String> choice(List<String> words) {
    String all = String.join(", ", words);
    return new Type<>(
        "one of " + all,
        node -> {
          String given = string(node);
          if (!words.contains(given)) {
            throw new IllegalArgumentException("'" + given + "' is none of " + all);
          }
          return given;
        });
  }

  /// An absolute path of this machine.
  public static Type<Path> file() {
    return new Type<>(
        "absolute path",
        node -> {
          try {
            Path path = Path.of(string(node));
            if (!path.isAbsolute()) {
              throw new IllegalArgumentException("'" + path + "' is not an absolute path");
            }
            return path.normalize();
          } catch (InvalidPathException e) {
            throw new IllegalArgumentException("is not a path: " + e.getReason(), e);
          }
        });
  }

  /// An address of a service, without user, password, query or fragment: secrets have their file.
  public static Type<URI> url(List<String> schemes) {
    return new Type<>(
        "URL, " + String.join(" or ", schemes),
        node -> {
          try {
            URI url = new URI(string(node));
            if (url.getScheme() == null || !schemes.contains(url.getScheme())) {
              throw new IllegalArgumentException("must begin with " + schemes.getFirst() + "://");
            }
            if (url.getHost() == null) {
              throw new IllegalArgumentException("'" + url + "' names no host");
            }
            if (url.getUserInfo() != null) {
              throw new IllegalArgumentException("must hold no user or password: use token_file");
            }
            return url;
          } catch (URISyntaxException e) {
            throw new IllegalArgumentException("is not a URL: " + e.getReason(), e);
          }
        });
  }

  public static <E> Type<List<E>> listOf(Type<E> element) {
    return new Type<>(
        "list: " + element.written,
        node -> {
          if (!node.isArray()) {
            throw new IllegalArgumentException("must be a list, as in [\"…\", \"…\"]");
          }
          if (node.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException("has more than " + MAX_ENTRIES + " entries");
          }
          var values = new ArrayList<E>(node.size());
          for (JsonNode entry : node) {
            values.add(element.read.apply(entry));
          }
          return List.copyOf(values);
        });
  }

  /// The same, after a further check or change.
  public <R> Type<R> map(Function<T, R> then) {
    return new Type<>(written, read.andThen(then));
  }

  /// The same as text, once checked.
  public Type<List<String>> checkedText() {
    return new Type<>(
        written,
        node -> {
          var _ = read.apply(node);
          if (!node.isArray()) {
            return List.of(node.asText());
          }
          var values = new ArrayList<String>(node.size());
          node.forEach(entry -> values.add(entry.asText()));
          return List.copyOf(values);
        });
  }

  private static String string(JsonNode node) {
    String text = node.textValue();
    if (text == null) {
      throw new IllegalArgumentException("must be text in quotes");
    }
    if (text.isBlank()) {
      throw new IllegalArgumentException("must not be empty");
    }
    if (text.length() > MAX_TEXT) {
      throw new IllegalArgumentException("is longer than " + MAX_TEXT + " characters");
    }
    return text;
  }
}
