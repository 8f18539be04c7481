package io.graftwatch.core.detect;

import io.graftwatch.core.config.Glob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Linux, macOS and ESXi.
record UnixDialect() implements Dialect {
  @Override
  public String program(String path) {
    return SiteKnowledge.fileName(path);
  }

  @Override
  public String fold(String text) {
    return text;
  }

  @Override
  public String place(String path) {
    return path;
  }

  @Override
  public Glob path(String pattern) {
    return Glob.path(pattern);
  }

  @Override
  public boolean absolute(String path) {
    return path.startsWith("/");
  }

  @Override
  public @Nullable Inline inline(
      List<String> argv, String program, boolean shell, String metacharacters) {
    String code = ShellText.inlineCode(argv, shell);
    return code == null
        ? null
        : new Inline(code, !shell || ShellText.hasAny(code, metacharacters), false);
  }

  @Override
  public @Nullable String script(List<String> argv) {
    for (int i = 1; i < argv.size(); i++) {
      String arg = argv.get(i);
      if (!arg.startsWith("-")) {
        return arg.startsWith("/") ? arg : null;
      }
    }
    return null;
  }

  @Override
  public List<String> commands(String code) {
    return ShellText.commands(code);
  }

  @Override
  public boolean wiresShell(String text, String program, boolean netcat) {
    return ShellText.wiresShell(text, program, netcat);
  }
}
