package io.graftwatch.delivery.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One table of the file while it is read: hands out checked values, collects what is wrong, and at
/// the end says which keys nobody knows.
public final class Table {
  /// Messages of one file; further errors are mostly consequences.
  private static final int MAX_PROBLEMS = 50;

  /// The whole file, shared by its tables.
  ///
  /// @param below the file that says what this one does not; null when there is none
  record Document(
      String file,
      Positions positions,
      @Nullable Document below,
      List<Problem> problems,
      List<Setting> settings) {
    void problem(String path, String text) {
      if (problems.size() < MAX_PROBLEMS) {
        Document said = saying(path);
        problems.add(said.positions.problem(said.file, path, text));
      }
    }

    /// Where a key stands: `file:line`.
    String place(String path) {
      Document said = saying(path);
      return said.file + ":" + said.positions.line(path);
    }

    private Document saying(String path) {
      return below != null && positions.line(path) == 0 && below.positions.line(path) > 0
          ? below
          : this;
    }
  }

  private final Document document;
  private final String path;
  private final JsonNode node;
  private final Set<String> known = new HashSet<>();

  Table(Document document, String path, JsonNode node) {
    this.document = document;
    this.path = path;
    this.node = node.isObject() ? node : MissingNode.getInstance();
    if (!node.isObject() && !node.isMissingNode()) {
      document.problem(path, path + " must be a table");
    }
  }

  /// Whether the file has it.
  public boolean present() {
    return !node.isMissingNode();
  }

  public boolean has(Key<?> key) {
    return node.has(key.name());
  }

  /// What stands there as text, before anybody judges it; null when it is no text.
  public @Nullable String text(String name) {
    return node.path(name).textValue();
  }

  /// The value of a key, its default, or null when it has neither.
  public <T> @Nullable T get(Key<T> key) {
    known.add(key.name());
    JsonNode value = node.path(key.name());
    String at = at(key.name());
    T read = key.fallback();
    if (!value.isMissingNode()) {
      try {
        read = key.type().read().apply(value);
      } catch (IllegalArgumentException e) {
        document.problem(at, key.name() + ": " + e.getMessage());
      }
    } else if (key.isRequired() && present()) {
      document.problem(path, (path.isEmpty() ? "the file" : path) + " lacks " + key.name());
    }
    document
        .settings()
        .add(
            new Setting(
                at,
                value.isMissingNode() ? "" : Toml.show(value),
                value.isMissingNode() ? "default" : document.place(at),
                key.shown()));
    return read;
  }

  /// The value of a key that has a default.
  public <T> T value(Key<T> key) {
    T read = get(key);
    if (read == null) {
      throw new IllegalStateException(key.name() + " has no default");
    }
    return read;
  }

  public Table table(String name) {
    known.add(name);
    return new Table(document, at(name), node.path(name));
  }

  /// The tables of a list of tables.
  public List<Table> tables(String name) {
    known.add(name);
    JsonNode list = node.path(name);
    var tables = new ArrayList<Table>();
    if (!list.isArray() && !list.isMissingNode()) {
      document.problem(at(name), name + " must be a list of tables");
    } else if (list.size() > Type.MAX_ENTRIES) {
      document.problem(at(name), name + " has more than " + Type.MAX_ENTRIES + " entries");
    } else {
      for (int i = 0; i < list.size(); i++) {
        tables.add(new Table(document, at(name) + "[" + i + "]", list.get(i)));
      }
    }
    return tables;
  }

  /// Each key of the table, for tables whose keys are names of something.
  public void each(Consumer<String> reader) {
    node.fieldNames().forEachRemaining(reader);
  }

  public void problem(String text) {
    document.problem(path, text);
  }

  /// Complains about each key that nobody asked for.
  ///
  /// @param what how to call the table in the message
  public void rejectOthers(String what) {
    each(name -> {
      if (!known.contains(name)) {
        unknown(what, name, known);
      }
    });
  }

  public void unknown(String what, String name, Iterable<String> names) {
    String near = Nearest.of(name, names);
    document.problem(
        at(name),
        what
            + " has no key '"
            + name
            + "'"
            + (near == null ? "" : "; did you mean '" + near + "'?"));
  }

  private String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
