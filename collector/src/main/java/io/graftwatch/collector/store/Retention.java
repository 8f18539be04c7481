package io.graftwatch.collector.store;

import java.util.List;

/// What becomes of what is old. Closed alerts, records and acts are removed by age, some at a time.
/// An open alert never is: it waits for somebody to close it.
///
/// Age counts from the last change, by the agent or by people. Times are milliseconds since the
/// epoch.
public interface Retention {
  /// Moments: what last changed before them is removed.
  ///
  /// @param alerts closed ones, of severity Medium or above
  /// @param records incidents below Medium, open or not: nobody is asked to close them
  /// @param acts entries of the audit table
  record Cut(long alerts, long records, long acts) {}

  /// Removes some of what is due, in one short transaction, and remembers how much it was.
  ///
  /// @return whether more is due
  boolean remove(Cut cut, int limit, long now) throws StoreException;

  /// Gives a little of the space that is free inside the store back to the disk.
  ///
  /// @param keep bytes that stay free inside, for what comes next
  /// @return whether there is more to give back
  boolean giveBack(long keep) throws StoreException;

  /// Reads the columns that incidents from before a migration lack from their records, some at a
  /// time.
  ///
  /// @return whether more are left
  boolean complete(Reader reader, int limit) throws StoreException;

  /// Makes columns of a record's bytes.
  @FunctionalInterface
  interface Reader {
    FindingRecord of(byte[] json);
  }

  /// What would be removed, each count at most [#COUNTED].
  Due due(Cut cut) throws StoreException;

  int COUNTED = 100_000;

  /// @param openAlerts older than closed ones are kept: they stay
  record Due(long alerts, long records, long acts, long openAlerts) {}

  /// What was removed, the latest day first.
  List<Day> removed(int days) throws StoreException;

  /// @param day midnight UTC
  record Day(long day, long incidents, long findings, long acts) {}

  /// @param bytes of the whole store
  /// @param free bytes inside it that the next findings take
  record Space(long bytes, long free) {}

  Space space() throws StoreException;
}
