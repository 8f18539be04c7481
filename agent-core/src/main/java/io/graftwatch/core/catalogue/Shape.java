package io.graftwatch.core.catalogue;

import io.graftwatch.core.config.Glob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A program by file name and, if given, by its arguments.
public final class Shape {
  private final List<Glob> names;
  private final List<Glob> args;
  private final @Nullable String server;

  /// @param names globs on the file name of executable or script
  /// @param args globs on the arguments after argv[0], joined by single spaces; none = any
  /// @param server server kind it belongs to; null = any
  Shape(List<String> names, @Nullable List<String> args, @Nullable String server) {
    this.names = names.stream().map(Glob::text).toList();
    this.args = args == null ? List.of() : args.stream().map(Glob::text).toList();
    this.server = server;
  }

  public @Nullable String server() {
    return server;
  }

  /// Whether programs of that name can match at all.
  public boolean named(String name) {
    return any(names, name);
  }

  /// @param name file name
  /// @param arguments arguments after argv[0], joined by single spaces
  public boolean matches(String name, String arguments) {
    return any(names, name) && (args.isEmpty() || any(args, arguments));
  }

  static boolean any(List<Glob> globs, String text) {
    for (Glob glob : globs) {
      if (glob.matches(text)) {
        return true;
      }
    }
    return false;
  }
}
