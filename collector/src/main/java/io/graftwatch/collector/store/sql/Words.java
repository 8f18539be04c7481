package io.graftwatch.collector.store.sql;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a person types into the search box: every word must occur, as a phrase whose last part is a
/// prefix. Nothing that is typed is an operator.
///
/// SQLite cuts texts into parts itself (`unicode61`). For PostgreSQL they are cut here in the same
/// way, because its parser knows hosts, paths and numbers and would cut a path in the box otherwise
/// than the same path in a sentence.
final class Words {
  private static final int MAX_WORDS = 12;
  private static final int MAX_LENGTH = 128;
  private static final int MAX_PARTS = 10_000;
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");
  private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{N}\\p{Co}]+");

  private Words() {}

  /// @return empty when no word holds a letter or digit
  static String fts5(String typed) {
    return words(typed).stream()
        .map(word -> '"' + word.replace("\"", "\"\"") + "\"*")
        .collect(Collectors.joining(" "));
  }

  /// @return empty when no word holds a letter or digit
  static String tsquery(String typed) {
    return words(typed).stream()
        .map(word -> "(" + String.join("<->", parts(word).map(p -> "'" + p + "'").toList()) + ":*)")
        .collect(Collectors.joining("&"));
  }

  static String tsvector(String text) {
    List<String> parts = parts(text).limit(MAX_PARTS).toList();
    var vector = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      vector.append('\'').append(parts.get(i)).append("':").append(i + 1).append(' ');
    }
    return vector.toString();
  }

  private static List<String> words(String typed) {
    var words = new ArrayList<String>();
    for (String word : BLANKS.split(typed, MAX_WORDS + 1)) {
      if (words.size() == MAX_WORDS) {
        break;
      }
      String bounded = word.length() > MAX_LENGTH ? word.substring(0, MAX_LENGTH) : word;
      if (bounded.codePoints().anyMatch(Character::isLetterOrDigit)) {
        words.add(bounded);
      }
    }
    return words;
  }

  private static Stream<String> parts(String text) {
    String plain =
        MARKS
            .matcher(Normalizer.normalize(text, Normalizer.Form.NFD))
            .replaceAll("")
            .toLowerCase(Locale.ROOT);
    return BETWEEN
        .splitAsStream(plain)
        .filter(part -> !part.isEmpty())
        .map(part -> part.length() > MAX_LENGTH ? part.substring(0, MAX_LENGTH) : part);
  }
}
