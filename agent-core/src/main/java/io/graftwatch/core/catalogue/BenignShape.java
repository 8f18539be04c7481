package io.graftwatch.core.catalogue;

import io.graftwatch.core.config.Glob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A child that a server is known to start as a matter of course. Name, directory and arguments
/// must all fit: the name alone never makes a program benign.
public final class BenignShape {
  private static final List<Glob> SYSTEM_DIRECTORIES =
      List.of(
          Glob.path("/usr/**"),
          Glob.path("/bin/**"),
          Glob.path("/sbin/**"),
          Glob.path("/opt/**"),
          Glob.path("/lib/**"));

  private final String server;
  private final String name;
  private final List<Glob> children;
  private final List<Glob> args;
  private final List<Glob> directories;

  /// @param server server kind, `*` for any
  /// @param name what it is, for explanations
  /// @param child globs on the file name
  /// @param args globs on the whole argv joined by single spaces
  /// @param in path globs, one of which must match; left out: the system's own directories
  BenignShape(
      String server,
      String name,
      List<String> child,
      List<String> args,
      @Nullable List<String> in) {
    this.server = server;
    this.name = name;
    this.children = child.stream().map(Glob::text).toList();
    this.args = args.stream().map(Glob::text).toList();
    this.directories = in == null ? SYSTEM_DIRECTORIES : in.stream().map(Glob::path).toList();
  }

  public String name() {
    return name;
  }

  /// @param kind server kind
  /// @param image executable or script as run
  /// @param commandLine whole argv joined by single spaces
  public boolean matches(String kind, String image, String commandLine) {
    return (server.equals("*") || server.equals(kind))
        && Shape.any(directories, image)
        && Shape.any(children, image.substring(image.lastIndexOf('/') + 1))
        && Shape.any(args, commandLine);
  }
}
