package io.graftwatch.core.detect;

import io.graftwatch.core.config.Glob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a platform names its programs and writes its command lines, as far as detection reads them.
/// Nothing is ever run.
sealed interface Dialect permits UnixDialect, WindowsDialect {
  /// Code that a shell or interpreter is given on its command line.
  ///
  /// @param text the code
  /// @param program it is more than one plain command
  /// @param hidden it stands in the command line encoded
  record Inline(String text, boolean program, boolean hidden) {}

  static Dialect of(String family) {
    return family.equals("windows") ? new WindowsDialect() : new UnixDialect();
  }

  /// A program's name as the catalogue writes it.
  String program(String path);

  /// Text as the catalogue's globs match it.
  String fold(String text);

  /// A path as the catalogue's globs match it.
  String place(String path);

  /// A glob over paths.
  Glob path(String pattern);

  boolean absolute(String path);

  /// @param program name of the shell or interpreter
  /// @param metacharacters what makes a shell's code more than one plain command
  @Nullable Inline inline(List<String> argv, String program, boolean shell, String metacharacters);

  /// The file that an interpreter is told to run, or null.
  @Nullable String script(List<String> argv);

  /// The simple commands in a shell's code, each as its words joined by single spaces.
  List<String> commands(String code);

  /// Whether text wires a shell to the network: the shapes of X6.
  ///
  /// @param text the whole command line
  /// @param netcat the program is a network pipe tool
  boolean wiresShell(String text, String program, boolean netcat);
}
