package io.graftwatch.delivery.journal;

import java.time.Duration;
import java.util.List;

/// One output's view of the journal: what waits for it, and what became of it. One thread takes.
public final class Queue {
  private final Journal journal;
  private final String output;
  private final int slot;

  Queue(Journal journal, String output, int slot) {
    this.journal = journal;
    this.output = output;
    this.slot = slot;
  }

  public String output() {
    return output;
  }

  /// Records that wait, highest severity first, then oldest first. They stay until they are
  /// acknowledged or rejected; the next call gives them again.
  ///
  /// @param maxBytes of the whole batch; a single larger record comes alone
  public List<Pending> take(int maxRecords, int maxBytes) {
    return journal.take(slot, maxRecords, maxBytes);
  }

  /// The other side answers for these.
  public void acknowledge(List<Pending> records) {
    journal.acknowledge(slot, records);
  }

  /// The other side will never take this one: it goes to quarantine.
  public void reject(Pending record, String reason) {
    journal.reject(slot, output, record, reason);
  }

  /// Blocks until a record waits, [#wake] is called, or the time is up.
  ///
  /// @return whether a record waits
  public boolean await(Duration atMost) throws InterruptedException {
    return journal.await(slot, atMost);
  }

  /// Blocks until the time is up or [#wake] is called, although records wait.
  ///
  /// @param fresh a record that came after the last [#take] ends the pause, too
  public void pause(Duration atMost, boolean fresh) throws InterruptedException {
    journal.pause(slot, atMost, fresh);
  }

  /// Ends the wait in progress, or the next one. Any thread.
  public void wake() {
    journal.wake(slot);
  }

  /// Records that wait for this output.
  public long size() {
    return journal.size(slot);
  }
}
