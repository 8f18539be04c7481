package io.graftwatch.esxi.map;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the dictionary that esxupdate prints of its options, as Python writes it: values are taken
/// from where they stand, so that no text inside a value can pass for an option.
final class Options {
  private static final int MAX_KEYS = 128;
  private static final int MAX_VALUES = 64;

  private final String text;
  private int at;

  private Options(String text, int from) {
    this.text = text;
    this.at = from;
  }

  /// Key → its value, lists joined by blanks, `None` and empty lists left out. What is cut off is
  /// not there.
  ///
  /// @param from of the opening brace
  static Map<String, String> read(String text, int from) {
    var options = new LinkedHashMap<String, String>();
    var in = new Options(text, from + 1);
    while (options.size() < MAX_KEYS) {
      in.pass(" ,");
      if (in.ended() || in.peek() == '}') {
        return options;
      }
      int before = in.at;
      String key = in.scalar();
      in.pass(" :");
      List<String> values = in.value();
      if (in.at == before) {
        return options; // what stands there is no dictionary any more
      }
      String joined = String.join(" ", values);
      if (!joined.isEmpty() && !joined.equals("None")) {
        options.putIfAbsent(key, joined);
      }
    }
    return options;
  }

  private boolean ended() {
    return at >= text.length();
  }

  private char peek() {
    return text.charAt(at);
  }

  private void pass(String what) {
    while (!ended() && what.indexOf(peek()) >= 0) {
      at++;
    }
  }

  private List<String> value() {
    if (ended()) {
      return List.of();
    }
    if (peek() != '[' && peek() != '(') {
      return List.of(scalar());
    }
    at++;
    var values = new ArrayList<String>();
    while (!ended() && peek() != ']' && peek() != ')') {
      int before = at;
      String value = scalar();
      if (values.size() < MAX_VALUES) {
        values.add(value);
      }
      pass(" ,");
      if (at == before) {
        at++;
      }
    }
    at++;
    return values;
  }

  /// A quoted text, or what stands up to the next separator.
  private String scalar() {
    if (ended()) {
      return "";
    }
    char quote = peek();
    if ((quote == 'u' || quote == 'b') && at + 1 < text.length() && isQuote(text.charAt(at + 1))) {
      at++;
      quote = peek();
    }
    var out = new StringBuilder();
    if (isQuote(quote)) {
      at++;
      while (!ended() && peek() != quote) {
        if (peek() == '\\' && at + 1 < text.length()) {
          at++;
        }
        out.append(peek());
        at++;
      }
      at++;
      return out.toString();
    }
    while (!ended() && ",:]}) ".indexOf(peek()) < 0) {
      out.append(peek());
      at++;
    }
    return out.toString();
  }

  private static boolean isQuote(char c) {
    return c == '\'' || c == '"';
  }
}
