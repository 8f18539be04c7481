package io.graftwatch.collector.store.sql;

import java.util.ArrayList;

/// What a person types into the search box as an FTS5 query: every word must occur, as a phrase
/// whose last part is a prefix. Nothing that is typed is an operator.
final class Words {
  private static final int MAX_WORDS = 12;
  private static final int MAX_LENGTH = 128;

  private Words() {}

  /// @return empty when no word holds a letter or digit
  static String match(String typed) {
    var phrases = new ArrayList<String>();
    for (String word : typed.split("\\s+", MAX_WORDS + 1)) {
      if (phrases.size() == MAX_WORDS) {
        break;
      }
      String bounded = word.length() > MAX_LENGTH ? word.substring(0, MAX_LENGTH) : word;
      if (bounded.codePoints().anyMatch(Character::isLetterOrDigit)) {
        phrases.add('"' + bounded.replace("\"", "\"\"") + "\"*");
      }
    }
    return String.join(" ", phrases);
  }
}
