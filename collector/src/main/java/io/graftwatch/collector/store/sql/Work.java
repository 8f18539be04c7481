package io.graftwatch.collector.store.sql;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Statements that belong together.
@FunctionalInterface
interface Work<T extends @Nullable Object> {
  T on(Sql sql) throws SQLException;
}
