package io.graftwatch.linux.inventory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads what servers' configurations register: follows includes, links and globs, knows no more of
/// a language than it needs for that. Everything is bounded; what cannot be read says nothing.
final class Configurations {
  private static final int MAX_FILES = 2000;
  private static final int MAX_DEPTH = 16;
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_LINE = 4096;
  private static final int MAX_FOUND = 4096;
  private static final int MAX_PLACES = 256;

  private final Path root;
  private final Function<String, @Nullable String> component;

  /// Where the configurations lie that servers were started with.
  private final Set<String> places = new LinkedHashSet<>();

  /// @param root of the file system
  /// @param component finds a component's path by its file name
  Configurations(Path root, Function<String, @Nullable String> component) {
    this.root = root;
    this.component = component;
  }

  /// All that is registered.
  ///
  /// @param prefixes folders of servers outside the distribution's own places
  /// @param own configurations that running servers were started with
  List<Registration> read(List<String> prefixes, List<OwnConfiguration> own) {
    places.clear();
    var found = new ArrayList<Registration>();
    for (Dialect dialect : Dialect.ALL) {
      var reading = new Reading(dialect, found);
      for (String pattern : dialect.files()) {
        Expansion.of(root, pattern, MAX_FILES).forEach(file -> reading.start(file, null));
      }
    }
    for (String prefix : prefixes) {
      for (Path file : Expansion.of(root, prefix + "/conf/httpd.conf", 1)) {
        new Reading(Dialect.APACHE, found).start(file, null);
      }
      for (Path file : Expansion.of(root, prefix + "/conf/nginx.conf", 1)) {
        new Reading(Dialect.NGINX, found).start(file, null);
      }
    }
    for (OwnConfiguration each : own) {
      var reading = new Reading(each.dialect(), found);
      reading.start(root.resolve(each.file().substring(1)), each.base());
      reading.read.forEach(file -> place(file, file.getParent()));
      reading.included.forEach(folder -> place(null, folder));
    }
    return found;
  }

  /// Where the configurations lie, with all that they include, that running servers were started
  /// with: their folders, or the files alone where everybody may write beside them.
  Set<String> places() {
    return places;
  }

  private void place(@Nullable Path file, @Nullable Path folder) {
    if (places.size() >= MAX_PLACES) {
      return;
    }
    if (file != null) {
      places.add(absolute(file));
    }
    try {
      if (folder != null
          && !Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE)) {
        places.add(absolute(folder));
      }
    } catch (IOException e) {
      // An include of a folder that is not there.
    }
  }

  /// One configuration with all that it includes.
  private final class Reading {
    private final Dialect dialect;
    private final List<Registration> found;
    private final Set<Path> read = new HashSet<>();

    /// Folders that files are included from, also where there are none yet.
    private final Set<Path> included = new HashSet<>();

    private @Nullable Path base;

    Reading(Dialect dialect, List<Registration> found) {
      this.dialect = dialect;
      this.found = found;
    }

    void start(Path file, @Nullable String from) {
      Path folder = file.getParent();
      Path above =
          folder != null && folder.endsWith("conf") && dialect.equals(Dialect.APACHE)
              ? folder.getParent()
              : folder;
      base = from != null ? resolve(from, null) : above;
      file(file, 0);
    }

    private void file(Path file, int depth) {
      Path real;
      try {
        real = file.toRealPath();
      } catch (IOException e) {
        return;
      }
      if (depth > MAX_DEPTH || read.size() >= MAX_FILES || !read.add(real)) {
        return;
      }
      if (Files.isDirectory(real)) {
        Expansion.of(real, "*", MAX_FILES).forEach(entry -> file(entry, depth + 1));
        return;
      }
      if (!Files.isRegularFile(real)) {
        return; // A pipe would have us wait for whoever laid it there.
      }
      for (String line : lines(real)) {
        line(line.strip(), file, depth);
      }
    }

    private void line(String line, Path file, int depth) {
      if (line.isEmpty()
          || line.length() > MAX_LINE
          || dialect.comments().indexOf(line.charAt(0)) >= 0) {
        return;
      }
      if (dialect.isEnvironment()) {
        environment(line, file);
        return;
      }
      List<String> words = dialect.keyed() ? keyed(line) : words(line);
      if (words.size() < 2) {
        return;
      }
      String directive = words.getFirst().toLowerCase(Locale.ROOT);
      if (directive.equals(dialect.base())) {
        base = resolve(words.get(1), base);
      } else if (dialect.includes().contains(directive)) {
        include(words.get(1), depth);
      } else {
        register(directive, words, line, file);
      }
    }

    private void include(String pattern, int depth) {
      Path from = pattern.startsWith("/") ? root : base;
      if (from != null) {
        int literal = pattern.indexOf('*') < 0 ? pattern.length() : pattern.indexOf('*');
        Path folder = resolve(pattern.substring(0, pattern.lastIndexOf('/', literal) + 1), base);
        if (folder != null && included.size() < MAX_PLACES) {
          included.add(folder);
        }
        for (Path each : Expansion.of(from, pattern, MAX_FILES)) {
          file(each, depth + 1);
        }
      }
    }

    private void register(String directive, List<String> words, String line, Path file) {
      Integer index = dialect.registers().get(directive);
      int from = 1;
      String name = words.getFirst();
      if (index == null && words.size() > 2) {
        name = words.get(0) + " " + words.get(1);
        index = dialect.registers().get(name.toLowerCase(Locale.ROOT));
        from = 2;
      }
      if (index == null || from + index >= words.size()) {
        return;
      }
      List<String> values =
          dialect.keyed() ? words.subList(1, words.size()) : List.of(words.get(from + index));
      for (String value : values) {
        add(name, value, line, file);
      }
    }

    /// `Environment="LD_PRELOAD=/x.so"`, `export LD_PRELOAD=/x.so`.
    private void environment(String line, Path file) {
      for (String variable : Dialect.PRELOADS) {
        int at = line.indexOf(variable + "=");
        if (at >= 0) {
          String rest = line.substring(at + variable.length() + 1);
          char before = at == 0 ? ' ' : line.charAt(at - 1);
          for (String value : value(rest, before).split("[\\s:]+", -1)) {
            add(variable, value, line, file);
          }
        }
      }
    }

    /// The value of an assignment, which may be quoted whole or in its value only.
    private static String value(String rest, char before) {
      boolean within = !rest.isEmpty() && "\"'".indexOf(rest.charAt(0)) >= 0;
      String text = within ? rest.substring(1) : rest;
      char quote = within ? rest.charAt(0) : before;
      int end = 0;
      while (end < text.length()
          && ("\"'".indexOf(quote) >= 0
              ? text.charAt(end) != quote
              : !Character.isWhitespace(text.charAt(end)))) {
        end++;
      }
      return text.substring(0, end);
    }

    private void add(String directive, String value, String line, Path file) {
      if (!value.isEmpty() && !value.equalsIgnoreCase("none") && found.size() < MAX_FOUND) {
        found.add(
            new Registration(
                dialect.server(), directive, value, path(value), absolute(file), line));
      }
    }

    private @Nullable String path(String value) {
      int equals = value.indexOf('=');
      String named = equals >= 0 ? value.substring(equals + 1) : value;
      named = named.replace("$libdir/", "");
      if (named.contains(":") || named.isEmpty()) {
        return null;
      }
      Path there = resolve(named, base);
      if (there != null && Files.isRegularFile(there)) {
        return absolute(there);
      }
      String file = named.substring(named.lastIndexOf('/') + 1);
      String known = component.apply(file.contains(".so") ? file : file + ".so");
      return known != null ? known : named.startsWith("/") ? named : null;
    }

    private @Nullable Path resolve(String value, @Nullable Path from) {
      try {
        return value.startsWith("/")
            ? root.resolve(value.substring(1))
            : from == null ? null : from.resolve(value);
      } catch (InvalidPathException e) {
        return null;
      }
    }
  }

  private List<String> lines(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /// The path as the host's kernel would name it, links resolved.
  private String absolute(Path file) {
    try {
      Path real = file.toRealPath();
      Path top = root.toRealPath();
      return real.startsWith(top) ? "/" + top.relativize(real) : real.toString();
    } catch (IOException e) {
      return file.toString();
    }
  }

  /// `key = "value" ; comment`: the key and the values of a list.
  static List<String> keyed(String line) {
    int equals = line.indexOf('=');
    var words = new ArrayList<String>();
    if (equals <= 0) {
      return words;
    }
    words.add(line.substring(0, equals).strip());
    String value = line.substring(equals + 1);
    for (int i = 1; i < value.length(); i++) {
      if ((value.charAt(i) == '#' || value.charAt(i) == ';')
          && Character.isWhitespace(value.charAt(i - 1))) {
        value = value.substring(0, i);
        break;
      }
    }
    for (String each : value.split("[,;\\s]+", -1)) {
      String bare = each.replaceAll("^[\"']+|[\"']+$", "");
      if (!bare.isEmpty()) {
        words.add(bare);
      }
    }
    return words;
  }

  /// Words of a line, quotes taken off, up to `;` or `{`.
  static List<String> words(String line) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      boolean end = quote == 0 && (c == ' ' || c == '\t' || c == ';' || c == '{');
      if (end && !word.isEmpty()) {
        words.add(word.toString());
        word.setLength(0);
      }
      if (quote == 0 && (c == ';' || c == '{')) {
        break;
      }
      if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (!end) {
        word.append(c);
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }
}
