package io.graftwatch.delivery.journal;

import java.time.Duration;
import java.util.List;

/// What waits for one output, and what became of it. One thread takes. The agent's lies in its
/// journal, the collector's is its table of findings.
public interface Queue {
  /// The output's name.
  String output();

  /// Records that wait. They stay until they are acknowledged or rejected; the next call gives them
  /// again.
  ///
  /// @param maxBytes of the whole batch; a single larger record comes alone
  List<Pending> take(int maxRecords, int maxBytes);

  /// The other side answers for these.
  void acknowledge(List<Pending> records);

  /// The other side will never take this one: it is set aside with the reason.
  void reject(Pending record, String reason);

  /// Blocks until a record waits, [#wake] is called, or the time is up.
  ///
  /// @return whether a record waits
  boolean await(Duration atMost) throws InterruptedException;

  /// Blocks until the time is up or [#wake] is called, although records wait.
  ///
  /// @param fresh a record that came after the last [#take] ends the pause, too
  void pause(Duration atMost, boolean fresh) throws InterruptedException;

  /// Ends the wait in progress, or the next one. Any thread.
  void wake();

  /// Records that wait for this output.
  long size();
}
