package io.graftwatch.core.detect;

import io.graftwatch.core.config.Glob;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Windows: case does not count, `/` and `\` are one, the endings of programs are left out, carets
/// and quotes inside words are noise.
record WindowsDialect() implements Dialect {
  private static final int MAX_COMMANDS = 64;
  private static final int MAX_ENCODED = 64 * 1024;
  private static final Set<String> POWERSHELL = Set.of("powershell", "powershell_ise", "pwsh");

  /// Parameters of PowerShell that take a value, and what else of them is no code.
  private static final List<String> VALUED =
      List.of(
          "executionpolicy",
          "windowstyle",
          "version",
          "inputformat",
          "outputformat",
          "configurationname",
          "custompipename",
          "psconsolefile",
          "settingsfile",
          "workingdirectory");

  private static final Set<String> ABBREVIATED = Set.of("ep", "ex", "w", "wd");

  @Override
  public String program(String path) {
    String name = SiteKnowledge.fileName(path).toLowerCase(Locale.ROOT);
    for (String ending : List.of(".exe", ".com", ".bat", ".cmd")) {
      if (name.endsWith(ending) && name.length() > ending.length()) {
        return name.substring(0, name.length() - ending.length());
      }
    }
    return name;
  }

  @Override
  public String fold(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  @Override
  public String place(String path) {
    return fold(path).replace('\\', '/');
  }

  @Override
  public Glob path(String pattern) {
    return Glob.windowsPath(pattern);
  }

  @Override
  public boolean absolute(String path) {
    return path.startsWith("\\\\") || (path.length() > 2 && path.charAt(1) == ':');
  }

  @Override
  public @Nullable Inline inline(
      List<String> argv, String program, boolean shell, String metacharacters) {
    if (program.equals("cmd")) {
      String code = cmd(argv);
      return code == null ? null : new Inline(code, ShellText.hasAny(code, metacharacters), false);
    }
    if (POWERSHELL.contains(program)) {
      return powershell(argv);
    }
    String code = ShellText.inlineCode(argv, shell);
    return code == null
        ? null
        : new Inline(code, !shell || ShellText.hasAny(code, metacharacters), false);
  }

  /// What follows `/c`, `/k` or `/r`, which may be written onto other switches and onto the code.
  private static @Nullable String cmd(List<String> argv) {
    for (int i = 1; i < argv.size(); i++) {
      String arg = argv.get(i);
      if (!arg.startsWith("/") && !arg.startsWith("-")) {
        return null;
      }
      for (int at = 0; at + 1 < arg.length(); at++) {
        char c = arg.charAt(at);
        if ((c == '/' || c == '-') && "cCkKrR".indexOf(arg.charAt(at + 1)) >= 0) {
          String rest = String.join(" ", argv.subList(i + 1, argv.size()));
          return (arg.substring(at + 2) + " " + rest).strip();
        }
      }
    }
    return null;
  }

  /// Parameters may be cut short and begin with any dash or a slash.
  private static @Nullable Inline powershell(List<String> argv) {
    for (int i = 1; i < argv.size(); i++) {
      String arg = argv.get(i);
      if (arg.isEmpty()) {
        continue;
      }
      if ("-/\u2013\u2014\u2015".indexOf(arg.charAt(0)) < 0) {
        String code = String.join(" ", argv.subList(i, argv.size()));
        return arg.toLowerCase(Locale.ROOT).endsWith(".ps1") ? null : new Inline(code, true, false);
      }
      String name = arg.substring(1).toLowerCase(Locale.ROOT);
      if (!name.isEmpty() && "file".startsWith(name)) {
        return null;
      }
      String rest = String.join(" ", argv.subList(Math.min(i + 1, argv.size()), argv.size()));
      if (!name.isEmpty() && ("command".startsWith(name) || "commandwithargs".startsWith(name))) {
        return new Inline(rest, true, false);
      }
      if (name.equals("ec") || (!name.isEmpty() && "encodedcommand".startsWith(name))) {
        return new Inline(decoded(rest), true, true);
      }
      boolean valued =
          ABBREVIATED.contains(name)
              || (name.length() > 1 && VALUED.stream().anyMatch(v -> v.startsWith(name)));
      if (valued) {
        i++;
      }
    }
    return null;
  }

  /// Base64 of UTF-16; what it says, or the text itself where it is none.
  private static String decoded(String text) {
    int blank = text.indexOf(' ');
    String word = blank < 0 ? text : text.substring(0, blank);
    String base64 = word.substring(0, Math.min(word.length(), MAX_ENCODED) / 4 * 4);
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_16LE);
    } catch (IllegalArgumentException _) {
      return word;
    }
  }

  @Override
  public @Nullable String script(List<String> argv) {
    for (int i = 1; i < argv.size(); i++) {
      if (absolute(argv.get(i))) {
        return argv.get(i);
      }
    }
    return null;
  }

  @Override
  public List<String> commands(String code) {
    var commands = new ArrayList<String>();
    var current = new StringBuilder();
    for (int i = 0; i < code.length() && commands.size() < MAX_COMMANDS; i++) {
      char c = code.charAt(i);
      if (";|&\n(){}".indexOf(c) >= 0) {
        flush(current, commands);
      } else if (c == ' ' || c == '\t' || c == '\r') {
        if (!current.isEmpty() && current.charAt(current.length() - 1) != ' ') {
          current.append(' ');
        }
      } else if (c != '^' && c != '"' && c != '\'' && c != '`') {
        current.append(c);
      }
    }
    flush(current, commands);
    return commands;
  }

  private static void flush(StringBuilder current, List<String> commands) {
    String command = current.toString().strip();
    if (!command.isEmpty()) {
      commands.add(command);
    }
    current.setLength(0);
  }

  @Override
  public boolean wiresShell(String text, String program, boolean netcat) {
    String t = fold(text);
    boolean shell = t.contains("cmd") || t.contains("powershell") || t.contains("bash");
    if (netcat && shell && (t.contains(" -e") || t.contains("--exec") || t.contains("exec:"))) {
      return true;
    }
    boolean socket = t.contains("net.sockets.tcpclient") || t.contains("net.sockets.socket");
    if (socket
        && (t.contains("getstream") || t.contains("iex") || t.contains("invoke-expression"))) {
      return true;
    }
    return t.contains("invoke-powershelltcp")
        || t.contains("powercat")
        || t.contains("/dev/tcp/")
        || ShellText.wiresShell(text, program, false);
  }
}
