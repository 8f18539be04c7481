package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.Digest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One connection and the statements it has prepared, for one thread at a time. Values are always
/// bound, never written into the text of a statement.
final class Sql implements AutoCloseable {
  private static final int MAX_PREPARED = 128;

  private final Connection connection;
  private final Dialect dialect;
  private final Map<String, PreparedStatement> prepared =
      new LinkedHashMap<>(MAX_PREPARED, 0.75f, true);

  /// Makes a value from the row a result stands on; columns count from 1.
  @FunctionalInterface
  interface Row<T extends @Nullable Object> {
    T read(ResultSet row) throws SQLException;
  }

  Sql(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  Connection connection() {
    return connection;
  }

  Dialect dialect() {
    return dialect;
  }

  /// Takes the write lock. Transactions are begun and ended by statement: SQLite's driver begins
  /// the next one at once otherwise and would keep the lock from other processes for ever.
  void begin() throws SQLException {
    dialect.begin(this);
  }

  void commit() throws SQLException {
    run("commit");
  }

  void rollback() throws SQLException {
    run("rollback");
  }

  /// @return rows changed
  int run(String statement, @Nullable Object... values) throws SQLException {
    return bind(statement, values).executeUpdate();
  }

  <T> List<T> list(String query, Row<T> reader, @Nullable Object... values) throws SQLException {
    var rows = new ArrayList<T>();
    try (ResultSet result = bind(query, values).executeQuery()) {
      while (result.next()) {
        rows.add(reader.read(result));
      }
    }
    return rows;
  }

  /// The first row, or null when there is none.
  <T> @Nullable T first(String query, Row<T> reader, @Nullable Object... values)
      throws SQLException {
    try (ResultSet result = bind(query, values).executeQuery()) {
      return result.next() ? reader.read(result) : null;
    }
  }

  /// The number that a query gives, 0 for none.
  long number(String query, @Nullable Object... values) throws SQLException {
    Long number = first(query, row -> row.getLong(1), values);
    return number == null ? 0 : number;
  }

  private PreparedStatement bind(String text, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = prepared.get(text);
    if (statement == null) {
      if (prepared.size() >= MAX_PREPARED) {
        var eldest = prepared.entrySet().iterator().next();
        prepared.remove(eldest.getKey());
        eldest.getValue().close();
      }
      statement = connection.prepareStatement(text);
      prepared.put(text, statement);
    }
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, column(values[i]));
    }
    return statement;
  }

  /// What stands in the column. A type that is not known here must fail: the driver would store the
  /// text of its name, and one name would equal every other.
  private @Nullable Object column(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case String text -> dialect.text(text);
      case Number number -> number;
      case Boolean flag -> flag ? 1 : 0;
      case Digest digest -> digest.bytes();
      case Deflated deflated -> deflated.bytes();
      default -> throw new IllegalArgumentException("no column holds a " + value.getClass());
    };
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException _) {
      // Nothing depends on it: every commit is on the disk already.
    }
  }
}
