package io.graftwatch.collector.store;

import java.nio.file.Path;

/// The system of record. Several threads may use it at once.
public interface Store extends AutoCloseable {
  Findings findings();

  Fleet fleet();

  Sessions sessions();

  People people();

  Programs programs();

  Audit audit();

  Triage triage();

  Vitals vitals();

  Leases leases();

  Outbox outbox();

  Policies policies();

  Retention retention();

  /// Writes a consistent copy of everything into a file that does not exist yet, while work goes
  /// on.
  void backup(Path file) throws StoreException;

  @Override
  void close();
}
