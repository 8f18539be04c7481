package io.graftwatch.linux.inventory;

import io.graftwatch.linux.process.ProcFs;
import io.graftwatch.linux.rules.Running;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A configuration that a server was started with, other than the distribution's.
///
/// @param dialect how it is written
/// @param file absolute path
/// @param base folder that relative paths in it start from; null for the file's own
record OwnConfiguration(Dialect dialect, String file, @Nullable String base) {
  private static final int MAX = 64;

  /// Those that running servers name on their command lines: `apache2 -d ROOT -f FILE`, `nginx -p
  /// PREFIX -c FILE`, and PHP-FPM in its title, `php-fpm: master process (FILE)`.
  static List<OwnConfiguration> of(List<Running> servers, ProcFs proc) {
    Set<OwnConfiguration> found = new LinkedHashSet<>();
    for (Running server : servers) {
      String name = server.exe().substring(server.exe().lastIndexOf('/') + 1);
      OwnConfiguration own =
          switch (name) {
            case "apache2", "httpd" -> named(Dialect.APACHE, words(proc, server), "-d", "-f");
            case "nginx", "openresty" -> named(Dialect.NGINX, words(proc, server), "-p", "-c");
            default -> name.startsWith("php-fpm") ? titled(words(proc, server)) : null;
          };
      if (own != null && found.size() < MAX) {
        found.add(own);
      }
    }
    return List.copyOf(found);
  }

  /// nginx writes its title over its arguments, in one piece.
  private static List<String> words(ProcFs proc, Running server) {
    var words = new ArrayList<String>();
    for (String argument : proc.cmdline(server.pid())) {
      words.addAll(List.of(argument.split(" ", -1)));
    }
    return words;
  }

  private static @Nullable OwnConfiguration titled(List<String> words) {
    for (String word : words) {
      if (word.startsWith("(/") && word.endsWith(")")) {
        return new OwnConfiguration(Dialect.PHP, word.substring(1, word.length() - 1), null);
      }
    }
    return null;
  }

  private static @Nullable OwnConfiguration named(
      Dialect dialect, List<String> words, String baseOption, String fileOption) {
    String base = after(words, baseOption);
    String file = after(words, fileOption);
    if (file != null && !file.startsWith("/")) {
      file = base == null ? null : base + "/" + file;
    }
    return file == null || !file.startsWith("/") ? null : new OwnConfiguration(dialect, file, base);
  }

  private static @Nullable String after(List<String> words, String option) {
    int at = words.indexOf(option);
    return at >= 0 && at + 1 < words.size() ? words.get(at + 1) : null;
  }
}
