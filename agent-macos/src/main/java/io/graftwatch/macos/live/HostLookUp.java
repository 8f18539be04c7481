package io.graftwatch.macos.live;

import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.host.Tables;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Asks the host, a bounded number of times a second: on a busy host what is not asked for stays as
/// the log has it, and is counted.
final class HostLookUp implements LookUp {
  private static final int A_SECOND = 10;
  private static final long TABLE_IS_FRESH = 200;
  private static final int MAX_ANCESTORS = 16;
  private static final int YOUNGEST = 4;

  private final InstantSource clock;
  private final LongConsumer skipped;
  private List<Tables.Open> table = List.of();
  private long tableTime = Long.MIN_VALUE;
  private long second;
  private int asked;

  /// @param skipped told of each question that was not put
  HostLookUp(InstantSource clock, LongConsumer skipped) {
    this.clock = clock;
    this.skipped = skipped;
  }

  @Override
  public @Nullable Endpoint remote(int pid, int localPort) {
    if (clock.millis() - TABLE_IS_FRESH > tableTime && mayAsk()) {
      table = Tables.connections();
      tableTime = clock.millis();
    }
    for (Tables.Open open : table) {
      if (open.pid() == pid && open.local().port() == localPort) {
        return open.remote();
      }
    }
    return null;
  }

  @Override
  public List<Tables.Running> lineage(int pid) {
    if (!mayAsk()) {
      return List.of();
    }
    var found = new ArrayList<Tables.Running>();
    Tables.Running next = Tables.process(pid);
    while (next != null && found.size() < MAX_ANCESTORS) {
      found.add(next);
      next = next.ppid() <= 1 ? null : Tables.process(next.ppid());
    }
    return found;
  }

  @Override
  public List<Tables.Running> named(String name) {
    return mayAsk() ? Tables.named(name, YOUNGEST) : List.of();
  }

  @Override
  public List<Tables.Running> running() {
    return Tables.running();
  }

  private boolean mayAsk() {
    long now = clock.millis() / 1000;
    if (now != second) {
      second = now;
      asked = 0;
    }
    if (asked >= A_SECOND) {
      skipped.accept(1);
      return false;
    }
    asked++;
    return true;
  }
}
