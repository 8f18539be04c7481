package io.graftwatch.core.config;

/// A glob over paths or over a command line; never a regular expression, linear in the text.
///
/// In a path `*` matches within one element, `**` across elements, `?` one character. In text `*`
/// matches anything. With `windows`, `/` equals `\` and case does not count.
public final class Glob {
  private final String pattern;
  private final boolean text;
  private final boolean windows;

  /// What every match starts with: the pattern up to its first wildcard.
  private final String literal;

  private Glob(String pattern, boolean text, boolean windows) {
    this.text = text;
    this.windows = windows;
    this.pattern = windows ? fold(pattern) : pattern;
    int wild = 0;
    while (wild < this.pattern.length() && "*?".indexOf(this.pattern.charAt(wild)) < 0) {
      wild++;
    }
    this.literal = this.pattern.substring(0, wild);
  }

  /// A glob over Unix paths.
  public static Glob path(String pattern) {
    return new Glob(pattern, false, false);
  }

  /// A glob over Windows paths.
  public static Glob windowsPath(String pattern) {
    return new Glob(pattern, false, true);
  }

  /// A glob over free text, where `*` matches anything.
  public static Glob text(String pattern) {
    return new Glob(pattern, true, false);
  }

  public String pattern() {
    return pattern;
  }

  /// It has no wildcard: it names one path or text.
  public boolean isLiteral() {
    return literal.length() == pattern.length();
  }

  public boolean matches(String subject) {
    String folded = windows ? fold(subject) : subject;
    return folded.startsWith(literal)
        && (isLiteral() ? folded.length() == pattern.length() : match(folded));
  }

  private static String fold(String path) {
    return path.replace('\\', '/').toLowerCase(java.util.Locale.ROOT);
  }

  /// Matches greedily and goes back to the last star only: `*` stars are tried before `**` stars,
  /// so the cost is at most pattern × subject and the stack stays flat.
  private boolean match(String subject) {
    int p = 0;
    int s = 0;
    int starP = -1;
    int starS = -1;
    int deepP = -1;
    int deepS = -1;
    while (s < subject.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        boolean deep = text || (p + 1 < pattern.length() && pattern.charAt(p + 1) == '*');
        while (p < pattern.length() && pattern.charAt(p) == '*') {
          p++;
        }
        if (deep) {
          deepP = p;
          deepS = s;
          starP = -1;
        } else {
          starP = p;
          starS = s;
        }
      } else if (p < pattern.length() && one(pattern.charAt(p), subject.charAt(s))) {
        p++;
        s++;
      } else if (starP >= 0 && subject.charAt(starS) != '/') {
        p = starP;
        s = ++starS;
      } else if (deepP >= 0) {
        starP = -1;
        p = deepP;
        s = ++deepS;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  private boolean one(char wanted, char given) {
    return wanted == given || (wanted == '?' && (text || given != '/'));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Glob that
        && pattern.equals(that.pattern)
        && text == that.text
        && windows == that.windows;
  }

  @Override
  public int hashCode() {
    return pattern.hashCode();
  }

  @Override
  public String toString() {
    return pattern;
  }
}
