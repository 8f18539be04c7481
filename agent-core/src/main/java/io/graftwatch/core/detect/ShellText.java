package io.graftwatch.core.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads commands as far as detection needs it: words, inline code, shapes of reverse shells. It
/// works on argv, never runs anything, and is linear in the text.
final class ShellText {
  private static final int MAX_COMMANDS = 64;

  private ShellText() {}

  /// The inline code of a shell or interpreter (`-c CODE`, `-e CODE`, `-r CODE`, also bundled as in
  /// `-lc`), or null.
  static @Nullable String inlineCode(List<String> argv, boolean shell) {
    for (int i = 1; i < argv.size(); i++) {
      String arg = argv.get(i);
      if (arg.length() < 2 || arg.charAt(0) != '-') {
        if (arg.startsWith("+")) {
          continue;
        }
        return null;
      }
      if (arg.equals("--eval") || arg.equals("--print")) {
        return i + 1 < argv.size() ? argv.get(i + 1) : null;
      }
      if (arg.startsWith("--")) {
        continue;
      }
      char last = arg.charAt(arg.length() - 1);
      if (shell ? last == 'c' : "ceErp".indexOf(last) >= 0) {
        return i + 1 < argv.size() ? argv.get(i + 1) : null;
      }
      if (!shell && "ceErR".indexOf(arg.charAt(1)) >= 0 && arg.length() > 2) {
        return arg.substring(2);
      }
      if (shell && arg.equals("-o")) {
        i++;
      }
    }
    return null;
  }

  static boolean hasAny(String text, String characters) {
    for (int i = 0; i < text.length(); i++) {
      if (characters.indexOf(text.charAt(i)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /// The simple commands of a shell text, each as its words joined by single spaces: split at `;`,
  /// `|`, `&`, newline and the opening of substitutions, quotes taken off.
  static List<String> commands(String code) {
    var commands = new ArrayList<String>();
    var current = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < code.length() && commands.size() < MAX_COMMANDS; i++) {
      char c = code.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          current.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '\\' && i + 1 < code.length()) {
        current.append(code.charAt(++i));
      } else if (";|&\n`(){}".indexOf(c) >= 0) {
        flush(current, commands);
      } else if (c == '$' && i + 1 < code.length() && code.charAt(i + 1) == '(') {
        flush(current, commands);
      } else if (Character.isWhitespace(c)) {
        if (!current.isEmpty() && current.charAt(current.length() - 1) != ' ') {
          current.append(' ');
        }
      } else {
        current.append(c);
      }
    }
    flush(current, commands);
    return commands;
  }

  private static void flush(StringBuilder current, List<String> commands) {
    String command = current.toString().strip();
    while (startsWithAssignment(command) || command.startsWith("exec ")) {
      int blank = command.indexOf(' ');
      command = blank < 0 ? "" : command.substring(blank + 1);
    }
    if (!command.isEmpty()) {
      commands.add(command);
    }
    current.setLength(0);
  }

  private static boolean startsWithAssignment(String command) {
    int equals = command.indexOf('=');
    int blank = command.indexOf(' ');
    if (equals <= 0 || (blank >= 0 && blank < equals)) {
      return false;
    }
    for (int i = 0; i < equals; i++) {
      if (!Character.isJavaIdentifierPart(command.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /// A shell text that is one plain command, but for where its error output goes; null for any
  /// other.
  static @Nullable String plainCommand(String code) {
    String plain = code.strip();
    for (String ending : List.of("2>&1", "2>/dev/null", "2> /dev/null")) {
      if (plain.endsWith(ending)) {
        plain = plain.substring(0, plain.length() - ending.length()).strip();
      }
    }
    List<String> commands = commands(plain);
    return commands.size() == 1 && !hasAny(plain, "|;&><`$(){}\n") ? commands.getFirst() : null;
  }

  /// The files that a shell text overwrites: targets of `>`, not of `>>` or `>&`.
  static List<String> overwritten(String code) {
    var files = new ArrayList<String>(0);
    for (int at = code.indexOf('>'); at >= 0; at = code.indexOf('>', at + 1)) {
      char before = at == 0 ? ' ' : code.charAt(at - 1);
      int from = at + 1;
      while (from < code.length() && code.charAt(from) == ' ') {
        from++;
      }
      int to = from;
      while (to < code.length() && " \t\n;|&<>()'\"".indexOf(code.charAt(to)) < 0) {
        to++;
      }
      if (before != '>' && to > from && files.size() < MAX_COMMANDS) {
        files.add(code.substring(from, to));
      }
    }
    return files;
  }

  /// File name of a command's first word.
  static String program(String command) {
    int blank = command.indexOf(' ');
    String word = blank < 0 ? command : command.substring(0, blank);
    return SiteKnowledge.fileName(word);
  }

  static String arguments(String command) {
    int blank = command.indexOf(' ');
    return blank < 0 ? "" : command.substring(blank + 1);
  }

  /// Whether text wires a shell to the network: the shapes of X6.
  ///
  /// @param text argv joined by single spaces
  /// @param name file name of the program
  /// @param netcat it is a network pipe tool
  static boolean wiresShell(String text, String name, boolean netcat) {
    String t = text.toLowerCase(Locale.ROOT);
    if (t.contains("/dev/tcp/") || t.contains("/dev/udp/")) {
      return true;
    }
    if (netcat && netcatRuns(text)) {
      return true;
    }
    if (t.contains("bash -i") && (t.contains(">&") || t.contains("0>&1") || t.contains("<&"))) {
      return true;
    }
    if (t.contains("socat") && (t.contains("exec:") || t.contains("system:"))) {
      return true;
    }
    if (t.contains("openssl") && t.contains("s_client") && namesShell(t)) {
      return true;
    }
    if ((t.contains("mkfifo") || t.contains("mknod")) && namesNetcat(t)) {
      return true;
    }
    if (namesNetcat(t) && namesShell(t) && pipesNetcat(t)) {
      return true;
    }
    boolean socket = t.contains("socket") || t.contains("tcpsocket") || t.contains("/inet/tcp");
    boolean python = name.startsWith("python") || t.contains("python");
    if (python && socket && (t.contains("dup2") || t.contains("pty.spawn") || namesShell(t))) {
      return true;
    }
    boolean perl = name.startsWith("perl") || t.contains("perl ");
    if (perl && socket && (t.contains("exec") || t.contains("open(std") || namesShell(t))) {
      return true;
    }
    boolean ruby = name.startsWith("ruby") || t.contains("ruby ");
    if (ruby && socket && (t.contains("exec") || t.contains("popen") || namesShell(t))) {
      return true;
    }
    boolean php = name.startsWith("php") || t.contains("php ");
    if (php && (t.contains("fsockopen") || t.contains("stream_socket_client"))) {
      return t.contains("exec") || t.contains("proc_open") || namesShell(t);
    }
    boolean lua = name.startsWith("lua") || t.contains("lua ");
    boolean awk = name.endsWith("awk") || t.contains("awk ");
    return (lua && socket && t.contains("execute")) || (awk && t.contains("/inet/tcp"));
  }

  private static boolean netcatRuns(String text) {
    for (String word : text.split(" ", -1)) {
      if (word.equals("--exec") || word.equals("--sh-exec") || word.equals("--lua-exec")) {
        return true;
      }
      boolean flags = word.length() > 1 && word.charAt(0) == '-' && word.charAt(1) != '-';
      if (flags && (word.indexOf('e') > 0 || word.indexOf('c') > 0)) {
        return true;
      }
      if (word.toLowerCase(Locale.ROOT).startsWith("exec:")
          || word.toLowerCase(Locale.ROOT).startsWith("system:")) {
        return true;
      }
    }
    return false;
  }

  private static boolean namesShell(String t) {
    return t.contains("/bin/sh")
        || t.contains("/bin/bash")
        || t.contains("/bin/dash")
        || t.contains("bash -i")
        || t.contains("sh -i")
        || t.contains("| sh")
        || t.contains("|sh")
        || t.contains("| bash")
        || t.contains("|bash");
  }

  private static boolean namesNetcat(String t) {
    return t.contains("nc ") || t.contains("ncat ") || t.contains("netcat ");
  }

  private static boolean pipesNetcat(String t) {
    return t.contains("|nc ")
        || t.contains("| nc ")
        || t.contains("|ncat ")
        || t.contains("| ncat ")
        || t.contains("-e /bin/")
        || t.contains("-c /bin/")
        || t.contains("-e sh")
        || t.contains("-e bash");
  }
}
