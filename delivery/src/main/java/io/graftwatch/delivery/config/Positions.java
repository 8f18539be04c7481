package io.graftwatch.delivery.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where in a TOML file each key stands, so that messages can say line and column; the TOML reader
/// gives values without their places.
///
/// Keys are named by their path, list elements by index: `site.known_children[0].child`. Runs over
/// text that the TOML reader has accepted; on anything else it may stop early, it does not throw.
final class Positions {
  /// Nesting of values that is followed; the TOML reader refuses deeper ones before.
  private static final int MAX_DEPTH = 64;

  private final String text;
  private final Map<String, Integer> offsets = new HashMap<>();
  private final Map<String, Integer> arrays = new HashMap<>();
  private int at;

  private Positions(String text) {
    this.text = text;
  }

  static Positions of(String text) {
    var positions = new Positions(text);
    positions.document();
    return positions;
  }

  /// The problem at the place of `path`, or of the nearest table around it.
  Problem problem(String file, String path, String message) {
    String found = path;
    while (!offsets.containsKey(found) && !found.isEmpty()) {
      found =
          found.substring(0, Math.max(0, Math.max(found.lastIndexOf('.'), found.lastIndexOf('['))));
    }
    Integer offset = offsets.get(found);
    if (offset == null) {
      return new Problem(file, 1, 1, message);
    }
    int line = 1;
    int start = 0;
    for (int i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) {
      line++;
      start = i + 1;
    }
    return new Problem(file, line, offset - start + 1, message);
  }

  /// The line of `path`, or 0 when it does not stand in the file.
  int line(String path) {
    return offsets.containsKey(path) ? problem("", path, "").line() : 0;
  }

  private void document() {
    String table = "";
    while (skipBlank()) {
      int before = at;
      if (text.charAt(at) == '[') {
        boolean array = text.startsWith("[[", at);
        at += array ? 2 : 1;
        table = String.join(".", path(before));
        if (array) {
          int index = arrays.merge(table, 1, Integer::sum) - 1;
          table = table + "[" + index + "]";
        }
        offsets.putIfAbsent(table, before);
        skipTo("\n");
      } else {
        entry(table, 0);
      }
      if (at == before) {
        return;
      }
    }
  }

  /// `key = value`, noted under `prefix`.
  private void entry(String prefix, int depth) {
    int start = at;
    String name = prefix;
    for (String part : path(start)) {
      name = name.isEmpty() ? part : name + "." + part;
      offsets.putIfAbsent(name, start);
    }
    skipTo("=");
    at++;
    value(name, depth);
  }

  /// A dotted key, from the next letter to what ends it.
  private List<String> path(int from) {
    var parts = new ArrayList<String>();
    var part = new StringBuilder();
    at = Math.max(at, from);
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"' || c == '\'') {
        int end = text.indexOf(c, at + 1);
        if (end < 0) {
          break;
        }
        part.append(text, at + 1, end);
        at = end + 1;
      } else if (c == '.') {
        parts.add(part.toString());
        part.setLength(0);
        at++;
      } else if (c == '=' || c == ']' || c == '\n') {
        break;
      } else {
        if (c != ' ' && c != '\t' && c != '\r') {
          part.append(c);
        }
        at++;
      }
    }
    parts.add(part.toString());
    return parts;
  }

  private void value(String name, int depth) {
    if (!skipBlank() || depth > MAX_DEPTH) {
      at = text.length();
      return;
    }
    char c = text.charAt(at);
    if (c == '[') {
      at++;
      for (int i = 0; skipBlank() && text.charAt(at) != ']'; i++) {
        offsets.putIfAbsent(name + "[" + i + "]", at);
        int before = at;
        value(name + "[" + i + "]", depth + 1);
        comma(before);
      }
      at++;
    } else if (c == '{') {
      at++;
      while (skipBlank() && text.charAt(at) != '}') {
        int before = at;
        entry(name, depth + 1);
        comma(before);
      }
      at++;
    } else if (c == '"' || c == '\'') {
      string(c);
    } else {
      while (at < text.length() && ",]}\n#".indexOf(text.charAt(at)) < 0) {
        at++;
      }
    }
  }

  /// Steps over a comma, and over anything unexpected so that every loop ends.
  private void comma(int before) {
    if (skipBlank() && (text.charAt(at) == ',' || at == before)) {
      at++;
    }
  }

  private void string(char quote) {
    String triple = String.valueOf(quote).repeat(3);
    String end = text.startsWith(triple, at) ? triple : String.valueOf(quote);
    at += end.length();
    while (at < text.length() && !text.startsWith(end, at)) {
      at += quote == '"' && text.charAt(at) == '\\' ? 2 : 1;
    }
    at += end.length();
    while (end.length() == 3 && at < text.length() && text.charAt(at) == quote) {
      at++;
    }
  }

  private void skipTo(String end) {
    int found = text.indexOf(end, at);
    at = found < 0 ? text.length() : found;
  }

  /// Skips white space, line breaks and comments.
  ///
  /// @return whether anything is left
  private boolean skipBlank() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        skipTo("\n");
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        at++;
      } else {
        return true;
      }
    }
    return false;
  }
}
