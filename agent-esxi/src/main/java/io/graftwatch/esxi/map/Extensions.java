package io.graftwatch.esxi.map;

import io.graftwatch.core.fact.Fact;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Extensions of a vCenter: hostd's and vpxd's lines about the registration of one. No real line
/// has been seen; what is read is the key and the company wherever they stand.
final class Extensions {
  private Extensions() {}

  /// @param lower the text in lower case
  static @Nullable Fact fact(Facts facts, String text, String lower) {
    boolean registers =
        lower.contains("extensionmanager.registerextension")
            || (lower.contains("extension")
                && (lower.contains(" registered") || lower.contains("registering "))
                && !lower.contains("unregister"));
    if (!registers) {
      return null;
    }
    Map<String, String> detail = new HashMap<>();
    detail.put("text", Facts.cut(text));
    String key = key(text);
    if (key != null) {
      detail.put("key", key);
    }
    String company = named(text, lower, "company");
    if (company == null) {
      company = named(text, lower, "vendor");
    }
    return key == null && company == null && lower.contains("task ")
        ? null
        : facts.change("extension", company, detail);
  }

  /// The first word that looks like a reversed domain.
  private static @Nullable String key(String text) {
    for (String word : text.split("[\\s'\"(),;=\\[\\]]+", -1)) {
      String key =
          word.endsWith(".") || word.endsWith(":") ? word.substring(0, word.length() - 1) : word;
      int dots = 0;
      boolean plain = !key.isEmpty() && Character.isLetter(key.charAt(0));
      for (int i = 0; i < key.length() && plain; i++) {
        char c = key.charAt(i);
        dots += c == '.' ? 1 : 0;
        plain = Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_';
      }
      if (plain && dots >= 2 && !key.startsWith("vim.") && !key.contains("-vim.")) {
        return key;
      }
    }
    return null;
  }

  /// `company 'Evil Inc.'`, `company = "Evil Inc."`, `company: Evil Inc.)`.
  private static @Nullable String named(String text, String lower, String name) {
    int at = lower.indexOf(name);
    if (at < 0) {
      return null;
    }
    int i = at + name.length();
    while (i < text.length() && " :=".indexOf(text.charAt(i)) >= 0) {
      i++;
    }
    if (i >= text.length()) {
      return null;
    }
    char quote = text.charAt(i);
    String ends = quote == '\'' || quote == '"' ? String.valueOf(quote) : ")];";
    int begin = ends.length() == 1 ? i + 1 : i;
    int end = begin;
    while (end < text.length() && ends.indexOf(text.charAt(end)) < 0) {
      end++;
    }
    String value = text.substring(begin, end).strip();
    return value.isEmpty() ? null : value;
  }
}
