package io.graftwatch.linux.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds registrations and includes in one configuration file, by the syntax of its server. A pure
/// function of the text: nothing is resolved here, and what a condition around a line would do is
/// not asked.
final class ConfigReader {
  private static final int MAX_LINE = 4096;
  private static final int MAX_FOUND = 2000;
  private static final List<String> PRELOADS = List.of("LD_PRELOAD", "LD_AUDIT");
  private static final List<String> AGENTS = List.of("-javaagent:", "-agentpath:");

  /// What a file says.
  ///
  /// @param includes paths and globs of further files, as written
  record Found(List<Registration> registrations, List<String> includes) {}

  private final String kind;
  private final List<Registration> registrations = new ArrayList<>();
  private final List<String> includes = new ArrayList<>();

  private ConfigReader(String kind) {
    this.kind = kind;
  }

  /// @param kind server kind: `apache`, `nginx`, `php`, …
  static Found read(String kind, String text) {
    var reader = new ConfigReader(kind);
    text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && line.length() <= MAX_LINE)
        .forEach(reader::line);
    return new Found(List.copyOf(reader.registrations), List.copyOf(reader.includes));
  }

  private void line(String line) {
    if (registrations.size() + includes.size() >= MAX_FOUND
        || line.charAt(0) == '#'
        || line.charAt(0) == ';') {
      return;
    }
    environment(line);
    switch (kind) {
      case "apache" -> apache(line);
      case "nginx" -> nginx(line);
      case "php" -> php(line);
      case "postgres" -> postgres(line);
      case "mysql" -> mysql(line);
      case "mail" -> mail(line);
      case "tomcat", "java" -> java(line);
      case "web" -> quoted(line, "server.modules");
      case "sql" -> {
        List<String> words = words(line);
        if (words.size() > 1 && words.getFirst().equals("loadmodule")) {
          add("loadmodule", words.get(1), words.get(1), line);
        }
      }
      default -> {
        // No syntax is known for the others.
      }
    }
  }

  /// `export LD_PRELOAD=/x.so`, `Environment="LD_PRELOAD=/x.so"`, `env[LD_PRELOAD] = /x.so`,
  /// `-javaagent:/x.jar=…`.
  private void environment(String line) {
    for (String variable : PRELOADS) {
      int at = line.indexOf(variable);
      int equals = at < 0 ? -1 : line.indexOf('=', at + variable.length());
      if (equals >= 0 && equals - at < variable.length() + 4) {
        for (String path : line.substring(equals + 1).split("[\\s:\"']+", 64)) {
          if (path.startsWith("/")) {
            add(variable, variable, path, line);
          }
        }
      }
    }
    for (String option : AGENTS) {
      int at = line.indexOf(option);
      if (at >= 0) {
        String path = line.substring(at + option.length()).split("[\\s\"'=]", 2)[0];
        add(option, path, path, line);
      }
    }
  }

  private void apache(String line) {
    List<String> words = words(line);
    String directive = words.getFirst();
    String first = words.size() > 1 ? words.get(1) : "";
    String second = words.size() > 2 ? words.get(2) : "";
    switch (directive.toLowerCase(Locale.ROOT)) {
      case "loadmodule" -> add("LoadModule", first, second, line);
      case "loadfile" -> add("LoadFile", first, first, line);
      case "include", "includeoptional" -> includes.add(first);
      case "php_value", "php_admin_value" -> {
        if (first.startsWith("auto_") || first.equals("extension")) {
          add(first, first, second, line);
        }
      }
      case "customlog", "errorlog", "transferlog", "globallog" -> pipe(directive, first, line);
      case "rewritemap" -> {
        if (second.startsWith("prg:")) {
          add(directive, first, second.substring(4), line);
        }
      }
      case "extfilterdefine" -> add(directive, first, null, line);
      default -> {
        // The other directives load nothing.
      }
    }
  }

  /// A log that goes to a program: `"|/usr/bin/rotatelogs …"`, `"|$/bin/sh …"`.
  private void pipe(String directive, String target, String line) {
    if (target.startsWith("|")) {
      String command = target.substring(1).replaceFirst("^[|$]", "").strip();
      String program = command.split("\\s", 2)[0];
      add(directive + " |", program, program, line);
    }
  }

  private void nginx(String line) {
    String statement = line.endsWith(";") ? line.substring(0, line.length() - 1) : line;
    List<String> words = words(statement);
    String directive = words.getFirst();
    String first = words.size() > 1 ? words.get(1) : "";
    if (directive.equals("load_module")) {
      add(directive, first, first, line);
    } else if (directive.equals("include")) {
      includes.add(first);
    } else if (directive.contains("_by_lua")) {
      boolean file = directive.endsWith("_file");
      add(directive, file ? first : directive, file ? first : null, line);
    } else if (directive.equals("js_import") || directive.startsWith("perl_")) {
      add(directive, first, words.size() > 3 ? words.get(3) : first, line);
    }
  }

  private void php(String line) {
    int equals = line.indexOf('=');
    if (equals < 0) {
      return;
    }
    String key = line.substring(0, equals).strip();
    int open = key.indexOf('[');
    if (key.endsWith("]") && open > 0 && key.startsWith("php_")) {
      key = key.substring(open + 1, key.length() - 1);
    }
    String value = value(line.substring(equals + 1));
    switch (key) {
      case "extension",
          "zend_extension",
          "auto_prepend_file",
          "auto_append_file",
          "opcache.preload" ->
          add(key, value, value, line);
      case "ffi.enable" -> {
        if (!value.equals("preload") && !value.equalsIgnoreCase("false") && !value.equals("0")) {
          add(key, key, null, line);
        }
      }
      case "include" -> includes.add(value);
      default -> {
        // Settings.
      }
    }
  }

  private void postgres(String line) {
    String[] pair = line.split("\\s*=\\s*|\\s+", 2);
    if (pair.length < 2) {
      return;
    }
    String value = value(pair[1].split("#", 2)[0]);
    if (pair[0].endsWith("_preload_libraries")) {
      for (String library : value.split("[\\s,\"]+", 64)) {
        add(pair[0], library, library, line);
      }
    } else if (pair[0].startsWith("include")) {
      includes.add(pair[0].equals("include_dir") ? value + "/*.conf" : value);
    }
  }

  private void mysql(String line) {
    if (line.startsWith("!includedir ")) {
      includes.add(line.substring(12).strip() + "/*.cnf");
    } else if (line.startsWith("!include ")) {
      includes.add(line.substring(9).strip());
    }
    int equals = line.indexOf('=');
    if (equals < 0) {
      return;
    }
    String key = line.substring(0, equals).strip().replace('-', '_').replaceFirst("^loose_", "");
    String value = value(line.substring(equals + 1));
    switch (key) {
      case "plugin_load", "plugin_load_add" -> {
        for (String plugin : value.split("[;:]", 64)) {
          String library = plugin.substring(plugin.indexOf('=') + 1).strip();
          add(key, library, library, line);
        }
      }
      case "init_file" -> add(key, value, value, line);
      default -> {
        // Settings.
      }
    }
  }

  private void mail(String line) {
    int equals = line.indexOf('=');
    if (equals < 0) {
      return;
    }
    String key = line.substring(0, equals).strip();
    String value = value(line.substring(equals + 1));
    if (key.endsWith("smtpd_milters") || key.endsWith("content_filter")) {
      add(key, value, null, line);
    } else if (key.equals("transport_filter") || key.equals("local_scan_path")) {
      add(key, value, value, line);
    }
  }

  /// Classes that are not the server's own: `<Valve className="x.Y"`, `<Listener className="x.Y"`.
  private void java(String line) {
    if (!line.startsWith("<Valve") && !line.startsWith("<Listener")) {
      return;
    }
    int at = line.indexOf("className=\"");
    int end = at < 0 ? -1 : line.indexOf('"', at + 11);
    if (end > 0) {
      String name = line.substring(at + 11, end);
      if (!name.startsWith("org.apache.catalina.") && !name.startsWith("org.eclipse.jetty.")) {
        add(line.substring(1, line.indexOf(' ')), name, null, line);
      }
    }
  }

  /// Names in quotes behind a key: `server.modules += ( "mod_x" )`.
  private void quoted(String line, String key) {
    if (line.startsWith(key) || line.startsWith("\"mod_")) {
      String[] parts = line.split("\"", 256);
      for (int i = 1; i < parts.length; i += 2) {
        add(key, parts[i], null, line);
      }
    }
  }

  private void add(String directive, String name, @Nullable String path, String line) {
    if (!name.isEmpty()) {
      String file = path == null || path.isEmpty() ? null : path;
      registrations.add(new Registration(directive, name, file, line));
    }
  }

  /// A value without its quotes and what follows it as a comment.
  private static String value(String text) {
    String value = text.strip();
    if (!value.isEmpty() && (value.charAt(0) == '"' || value.charAt(0) == '\'')) {
      int end = value.indexOf(value.charAt(0), 1);
      return end < 0 ? value.substring(1) : value.substring(1, end);
    }
    int comment = value.indexOf(" ;");
    return (comment < 0 ? value : value.substring(0, comment)).strip();
  }

  /// Words at blanks; quotes hold one together.
  static List<String> words(String line) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    char quote = 0;
    boolean open = false;
    for (int i = 0; i < line.length() && words.size() < 16; i++) {
      char c = line.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        open = true;
      } else if (c == ' ' || c == '\t') {
        if (open) {
          words.add(word.toString());
          word.setLength(0);
          open = false;
        }
      } else {
        word.append(c);
        open = true;
      }
    }
    words.add(word.toString());
    return words;
  }
}
