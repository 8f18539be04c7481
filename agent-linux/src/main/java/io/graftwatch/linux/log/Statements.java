package io.graftwatch.linux.log;

import io.graftwatch.core.fact.ServerLog.Kind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// SQL statements that make a server load or run something from outside the database.
final class Statements {
  private static final int MAX = 8 * 1024;

  private Statements() {}

  /// Reads a statement, possibly the first lines of one; null when (so far) it makes no component.
  static @Nullable Reading read(String statement) {
    String sql = statement.length() > MAX ? statement.substring(0, MAX) : statement;
    String words = plain(sql);
    if (words.startsWith("create ")) {
      return create(words, sql);
    }
    if (words.startsWith("load '")) {
      return Reading.about(Kind.STATEMENT, literal(sql, 0));
    }
    if (words.startsWith("copy ")) {
      return words.contains(" program '") ? Reading.of(Kind.STATEMENT) : null;
    }
    if (words.startsWith("install plugin ") || words.startsWith("install soname ")) {
      int soname = word(sql, "soname");
      return soname < 0 ? null : Reading.about(Kind.STATEMENT, literal(sql, soname));
    }
    if (words.startsWith("alter system set ")) {
      return words.contains("_preload_libraries") || words.contains("dynamic_library_path")
          ? Reading.about(Kind.OPTION_CHANGE, literal(sql, 0))
          : null;
    }
    return null;
  }

  private static @Nullable Reading create(String words, String sql) {
    int soname = word(sql, "soname");
    if (soname >= 0) {
      String library = literal(sql, soname);
      return library == null ? null : Reading.about(Kind.STATEMENT, library);
    }
    boolean routine = words.contains(" function ") || words.contains(" procedure ");
    boolean compiled = words.contains(" language c ") || words.contains(" language 'c'");
    if (!routine || !compiled) {
      return null;
    }
    int as = word(sql, "as");
    String library = as < 0 ? null : literal(sql, as);
    return library == null ? null : Reading.about(Kind.STATEMENT, library);
  }

  /// Lower case, each run of white space and each semicolon one blank.
  private static String plain(String sql) {
    var plain = new StringBuilder(sql.length() + 1);
    for (int i = 0; i < sql.length(); i++) {
      char c = sql.charAt(i);
      boolean blank = c <= ' ' || c == ';';
      if (!blank) {
        plain.append(c);
      } else if (!plain.isEmpty() && plain.charAt(plain.length() - 1) != ' ') {
        plain.append(' ');
      }
    }
    return plain.append(' ').toString().toLowerCase(Locale.ROOT);
  }

  /// Where a word ends, outside quotes; -1 when it does not occur.
  private static int word(String sql, String word) {
    boolean quoted = false;
    for (int i = 0; i + word.length() <= sql.length(); i++) {
      if (sql.charAt(i) == '\'') {
        quoted = !quoted;
      } else if (!quoted
          && sql.regionMatches(true, i, word, 0, word.length())
          && (i == 0 || !Character.isLetterOrDigit(sql.charAt(i - 1)))
          && (i + word.length() == sql.length()
              || !Character.isLetterOrDigit(sql.charAt(i + word.length())))) {
        return i + word.length();
      }
    }
    return -1;
  }

  /// The first quoted text at or after an index; null when it is not (yet) closed.
  private static @Nullable String literal(String sql, int from) {
    int open = sql.indexOf('\'', from);
    int close = open < 0 ? -1 : sql.indexOf('\'', open + 1);
    return close < 0 ? null : sql.substring(open + 1, close);
  }
}
