package io.graftwatch.collector.store.sqlite;

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
  private final Map<String, PreparedStatement> prepared =
      new LinkedHashMap<>(MAX_PREPARED, 0.75f, true);

  /// Makes a value from the row a result stands on; columns count from 1.
  @FunctionalInterface
  interface Row<T extends @Nullable Object> {
    T read(ResultSet row) throws SQLException;
  }

  Sql(Connection connection) {
    this.connection = connection;
  }

  Connection connection() {
    return connection;
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
      statement.setObject(i + 1, values[i]);
    }
    return statement;
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
