package io.graftwatch.collector.watch;

import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.store.Vitals;
import io.graftwatch.collector.text.Spans;
import io.graftwatch.delivery.finding.Heartbeat;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Locale;

/// What an agent's last heartbeat said, in one sentence without full stop.
final class LastWords {
  private LastWords() {}

  static String of(Vitals.Host host) throws StoreException {
    Deflated last = host.heartbeat();
    if (last == null) {
      return "nothing";
    }
    Heartbeat beat;
    try {
      beat = Json.read(last.plain(), Heartbeat.class);
    } catch (IOException e) {
      throw new StoreException("a stored heartbeat cannot be read", e);
    }
    var words = new ArrayList<String>();
    words.add(host.wrong().isEmpty() ? "all was well" : String.join("; ", host.wrong()));
    Heartbeat.Clock clock = beat.clock();
    if (clock != null && clock.uptimeMillis() > 0) {
      words.add("up for " + Spans.of(clock.uptimeMillis()));
    }
    Heartbeat.Cost cost = beat.cost();
    if (cost != null && cost.residentBytes() > 0) {
      words.add(String.format(Locale.ROOT, "%,d MB", cost.residentBytes() / 1_000_000));
    }
    Heartbeat.Spool spool = beat.spool();
    if (spool != null && spool.records() > 0) {
      words.add(Diagnosis.count(spool.records(), "finding") + " not delivered yet");
    }
    return String.join(", ", words);
  }
}
