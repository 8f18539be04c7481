package io.graftwatch.delivery.journal;

import java.time.Duration;
import java.util.List;

/// One output's view of the journal: highest severity first, then oldest first.
final class JournalQueue implements Queue {
  private final Journal journal;
  private final String output;
  private final int slot;

  JournalQueue(Journal journal, String output, int slot) {
    this.journal = journal;
    this.output = output;
    this.slot = slot;
  }

  @Override
  public String output() {
    return output;
  }

  @Override
  public List<Pending> take(int maxRecords, int maxBytes) {
    return journal.take(slot, maxRecords, maxBytes);
  }

  @Override
  public void acknowledge(List<Pending> records) {
    journal.acknowledge(slot, records);
  }

  @Override
  public void reject(Pending record, String reason) {
    journal.reject(slot, output, record, reason);
  }

  @Override
  public boolean await(Duration atMost) throws InterruptedException {
    return journal.await(slot, atMost);
  }

  @Override
  public void pause(Duration atMost, boolean fresh) throws InterruptedException {
    journal.pause(slot, atMost, fresh);
  }

  @Override
  public void wake() {
    journal.wake(slot);
  }

  @Override
  public long size() {
    return journal.size(slot);
  }
}
