package io.graftwatch.core.config;

import java.util.function.Function;

/// How the configuration writes globs and networks, and which of them say too much: `*` would make
/// everything known, and is refused unless `[site] allow_all` is set.
final class Globs {
  private Globs() {}

  /// A glob over paths; a Windows one when it is written like one.
  static Glob path(String text) {
    return windows(text) ? Glob.windowsPath(text) : Glob.path(text);
  }

  private static boolean windows(String text) {
    return text.indexOf('\\') >= 0
        || (text.length() > 1 && text.charAt(1) == ':')
        || text.regionMatches(true, text.length() - 4, ".exe", 0, 4)
        || text.regionMatches(true, text.length() - 4, ".dll", 0, 4);
  }

  /// Refuses patterns that name nothing in particular.
  static Function<String, String> narrow(boolean allowAll) {
    return text -> {
      boolean names = text.codePoints().anyMatch(c -> "*?/\\. ".indexOf(c) < 0);
      if (!names && !allowAll) {
        throw new IllegalArgumentException(
            "'" + text + "' matches everything; say what it is for, or set allow_all in [site]");
      }
      return text;
    };
  }

  static Function<Cidr, Cidr> narrowNetwork(boolean allowAll) {
    return network -> {
      if (network.prefix() == 0 && !allowAll) {
        throw new IllegalArgumentException(
            "'" + network + "' is the whole world; name a network, or set allow_all in [site]");
      }
      return network;
    };
  }
}
