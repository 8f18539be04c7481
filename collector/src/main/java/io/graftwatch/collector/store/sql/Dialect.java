package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Retention;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/// What the two databases do not have in common. Everything else is the same SQL.
sealed interface Dialect permits Sqlite, Postgres {
  /// A connection that may write.
  Connection writer() throws SQLException;

  /// A connection that cannot write.
  Connection reader() throws SQLException;

  /// Begins a transaction that no other writer, of this process or another, runs beside.
  void begin(Sql sql) throws SQLException;

  /// Copies everything into a new file.
  void copy(Path file) throws SQLException;

  Retention.Space space(Sql sql) throws SQLException;

  /// Gives some of the free space inside back, in the writer's transaction.
  ///
  /// @param keep bytes that stay free
  /// @return whether more could be given back
  boolean giveBack(Sql sql, long keep) throws SQLException;

  /// Work on the tables themselves, which may take minutes.
  @FunctionalInterface
  interface Work {
    void run() throws SQLException;
  }

  /// Does such work without the limits of time that hold for all else. After a failure the
  /// connection is of no more use.
  default void patiently(Sql sql, Work work) throws SQLException {
    work.run();
  }

  /// A statement of a migration, which is written as SQLite takes it, or an empty one when it is
  /// for the other database only.
  String migration(String statement);

  /// A text as a column takes it.
  String text(String text);

  /// Inserts a text into the index of incidents: its number, and what [#indexed] makes of it.
  String indexing();

  String unindexing();

  /// The condition that an incident matches what [#query] makes of a search: all matches are looked
  /// up before.
  String matching();

  /// A query with one row for each match.
  String matches();

  /// The same, among the incidents from one number up to another.
  String matchingAmong();

  String indexed(String text);

  /// @return empty when nothing is searched for
  String query(String typed);

  /// Where it is, for messages.
  String where();
}
