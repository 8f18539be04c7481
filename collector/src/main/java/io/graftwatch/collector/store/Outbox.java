package io.graftwatch.collector.store;

import java.util.List;

/// The findings as a queue for outputs: how far each has come, and what it would not take. Times
/// are milliseconds since the epoch.
public interface Outbox {
  /// @param number of the finding in the store: later ones have higher ones
  /// @param uid `metadata.uid`
  /// @param again whether it is a dead letter that is to be tried once more
  record Item(long number, String agentId, String uid, Deflated json, boolean again) {}

  /// Where an output stands. One that is new begins with the next finding.
  ///
  /// @param position the number up to which everything is settled
  /// @param newest the highest number there is
  /// @param again dead letters that are to be tried once more
  record Progress(long position, long newest, long again) {}

  Progress progress(String output) throws StoreException;

  /// Makes an output that is new begin with the next finding.
  void begin(String output) throws StoreException;

  /// Dead letters that are to be tried once more, else the findings after a number; in order.
  List<Item> next(String output, long after, int limit) throws StoreException;

  /// Notes what has been taken.
  ///
  /// @param position the number up to which everything is settled
  /// @param taken how many findings were taken
  /// @param again numbers of the dead letters among them
  void settle(String output, long position, int taken, List<Long> again, long now)
      throws StoreException;

  /// Keeps a finding that an output will never take.
  void bury(String output, long number, long position, String reason, long now)
      throws StoreException;

  /// @param problem empty when there is none
  void note(String output, String problem, long now) throws StoreException;

  /// @param waiting findings that it has not seen yet
  /// @param problem empty when there is none
  record State(
      String output,
      long waiting,
      long delivered,
      long deliveredAt,
      String problem,
      long problemAt,
      long deadLetters) {}

  List<State> states() throws StoreException;

  /// @param uid `metadata.uid`
  /// @param findingUid `finding_info.uid`
  /// @param message the finding's sentence
  /// @param again whether it is to be tried once more
  record DeadLetter(
      String output,
      long number,
      String agentId,
      String uid,
      String findingUid,
      String host,
      String message,
      String reason,
      long diedAt,
      boolean again) {}

  /// The newest first.
  List<DeadLetter> deadLetters(String output, int limit) throws StoreException;

  /// Lets an output try dead letters once more.
  ///
  /// @param numbers of the findings; empty for all
  /// @param act goes into the audit table
  /// @return how many
  int retry(String output, List<Long> numbers, Act act) throws StoreException;

  /// Gives dead letters up.
  ///
  /// @param numbers of the findings; empty for all
  /// @param act goes into the audit table
  /// @return how many
  int discard(String output, List<Long> numbers, Act act) throws StoreException;
}
