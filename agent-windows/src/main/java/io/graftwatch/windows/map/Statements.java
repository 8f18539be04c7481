package io.graftwatch.windows.map;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// SQL statements that give a database code from outside it.
final class Statements {
  private Statements() {}

  /// What the statement adds: assembly, library or procedure; null when it adds none.
  static @Nullable String component(String statement) {
    String text = statement.replaceAll("\\s+", " ").strip();
    String lower = text.toLowerCase(Locale.ROOT);
    int assembly = after(lower, "create assembly ", "alter assembly ");
    if (assembly >= 0) {
      boolean safe = lower.replace(" ", "").contains("permission_set=safe");
      return safe ? null : word(text, assembly);
    }
    int procedure = after(lower, "sp_addextendedproc ");
    if (procedure >= 0) {
      int comma = text.indexOf(',', procedure);
      return word(text, comma < 0 ? procedure : comma + 1);
    }
    int option = after(lower, "sp_procoption ");
    boolean startup =
        lower.contains("startup") && !lower.contains("off") && !lower.contains("false");
    return option >= 0 && startup ? word(text, option) : null;
  }

  private static int after(String lower, String... openings) {
    for (String opening : openings) {
      int at = lower.indexOf(opening);
      if (at >= 0) {
        return at + opening.length();
      }
    }
    return -1;
  }

  /// The next name, without an option's own name, quotes and brackets.
  private static String word(String text, int from) {
    int i = from;
    while (i < text.length() && " @N'\"[".indexOf(text.charAt(i)) >= 0) {
      if (text.charAt(i) == '@') {
        int equals = text.indexOf('=', i);
        i = equals < 0 ? i : equals;
      }
      if (text.charAt(i) == 'N' && (i + 1 >= text.length() || text.charAt(i + 1) != '\'')) {
        break;
      }
      i++;
    }
    int end = i;
    while (end < text.length() && " '\"],;".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    return text.substring(i, end);
  }
}
