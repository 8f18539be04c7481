package io.graftwatch.collector.forward;

import io.graftwatch.collector.store.Outbox;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.delivery.journal.Pending;

/// Where a record stands in the table of findings.
///
/// @param again whether it is a dead letter that is tried once more
record Row(long number, String agentId, boolean again) implements Pending.Ref {
  static Pending pending(Outbox.Item item) throws StoreException {
    return new Pending(
        item.number(),
        item.uid(),
        0,
        item.json().plain(),
        new Row(item.number(), item.agentId(), item.again()));
  }

  static Row of(Pending record) {
    return (Row) record.ref();
  }
}
