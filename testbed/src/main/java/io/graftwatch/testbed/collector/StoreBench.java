package io.graftwatch.testbed.collector;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.FindingRecord;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.store.IncidentQuery.Cursor;
import io.graftwatch.collector.store.IncidentQuery.Kind;
import io.graftwatch.collector.store.IncidentQuery.State;
import io.graftwatch.collector.store.IncidentQuery.Suppressed;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.store.sql.SqlStore;
import io.graftwatch.delivery.finding.FindingId;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A store with many findings: how large it is, how long its pages take, and a copy made while it
/// fills further. Arguments: a new folder, a finding (JSON), findings.
public final class StoreBench {
  private static final int HOSTS = 2_000;
  private static final int BATCH = 200;
  private static final int ROUNDS = 60;
  private static final int PAGE = 50;
  private static final int CLOSED_OF_TEN = 8;
  private static final List<String> ANALYTICS = List.of("AN1506", "AN1507", "AN1508", "AN1509");
  private static final List<String> SERVERS = List.of("apache2", "nginx", "w3wp", "php-fpm");

  private final SplittableRandom random = new SplittableRandom(7);
  private final Store store;
  private final byte[] sample;
  private long made;

  private StoreBench(Store store, byte[] sample) {
    this.store = store;
    this.sample = sample;
  }

  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]));
    byte[] sample = Files.readAllBytes(Path.of(args[1]));
    int findings = Integer.parseInt(args[2]);
    try (Store store = SqlStore.open(folder)) {
      var bench = new StoreBench(store, sample);
      bench.fill(findings);
      bench.pages();
      bench.backup(folder);
    }
    say("%,d MB on the disk", Files.size(folder.resolve("collector.db")) >> 20);
  }

  private void fill(long wanted) throws IOException, StoreException {
    long begin = System.nanoTime();
    while (made < wanted) {
      append();
    }
    say("%,d findings filled in, %.0f a second", made, made / since(begin));
  }

  /// One agent's batch. Of three records, one is a later revision of the one before.
  private void append() throws IOException, StoreException {
    String host = "web%04d".formatted(random.nextInt(HOSTS));
    var batch = new ArrayList<FindingRecord>(BATCH);
    while (batch.size() < BATCH) {
      boolean open = random.nextInt(10) >= CLOSED_OF_TEN;
      String implant = "implant-" + made;
      int severity = random.nextInt(1, 6);
      String analytic = ANALYTICS.get(random.nextInt(ANALYTICS.size()));
      for (int revision = 1; revision <= (made % 3 == 0 ? 2 : 1); revision++) {
        batch.add(record(host, implant, revision, severity, open, analytic));
        made++;
      }
    }
    store.findings().append("agent-" + host, batch, List.of(), made);
  }

  private FindingRecord record(
      String host, String implant, int revision, int severity, boolean open, String analytic)
      throws IOException {
    String server = SERVERS.get(random.nextInt(SERVERS.size()));
    String uid = FindingId.of(host, server, server + ".service", implant);
    String message =
        "%s on %s loaded /usr/lib/%s/modules/mod_%s.so, then started /bin/sh which connected to 203.0.113.%d:%d"
            .formatted(
                server, host, server, implant, random.nextInt(256), random.nextInt(1024, 65_536));
    var json = (ObjectNode) Json.mapper().readTree(sample);
    json.put("message", message);
    ((ObjectNode) json.get("finding_info")).put("uid", uid);
    ((ObjectNode) json.get("device")).put("hostname", host);
    byte[] bytes = Json.bytes(json);
    return new FindingRecord(
        FindingId.revision(uid, revision),
        uid,
        revision,
        0,
        made,
        severity,
        severity >= 3,
        open,
        host,
        analytic,
        "Rogue " + server + " module executing a shell with outbound connection",
        message,
        "CONFIRMED",
        "P1 X6 N2",
        null,
        made,
        made,
        "/usr/lib/" + server + "/modules/mod_" + implant + ".so",
        "",
        message + " " + host + " " + uid + " www-data /srv/app/" + implant + "/upload.php sh -c id",
        Deflated.of(bytes, 0, bytes.length));
  }

  private void pages() throws StoreException {
    Incident last = store.findings().incidents(IncidentQuery.all(1)).getFirst();
    var middle = new Cursor(made / 2, last.id() / 2);
    page("inbox, open alerts", inbox(Kind.ALERTS, State.OPEN, 0, null, null, null, null));
    page("inbox, far down", inbox(Kind.ALERTS, State.OPEN, 0, null, null, null, middle));
    page("everything", inbox(Kind.ANY, State.ANY, 0, null, null, null, null));
    page("closed records", inbox(Kind.RECORDS, State.CLOSED, 0, null, null, null, null));
    page("open, any kind", inbox(Kind.ANY, State.OPEN, 0, null, null, null, null));
    page("critical, open", inbox(Kind.ALERTS, State.OPEN, 5, null, null, null, null));
    page("one host", inbox(Kind.ANY, State.ANY, 0, "web0042", null, null, null));
    page("one host, critical", inbox(Kind.ALERTS, State.OPEN, 5, "web0042", null, null, null));
    page("one analytic", inbox(Kind.ANY, State.ANY, 0, null, "AN1508", null, null));
    page("analytic unheard of", inbox(Kind.ANY, State.ANY, 0, null, "AN9999", null, null));
    page("severity unheard of", inbox(Kind.ANY, State.ANY, 6, null, null, null, null));
    page("text: one case", inbox(Kind.ANY, State.ANY, 0, null, null, "mod_implant-4242.so", null));
    page("text: a host's", inbox(Kind.ANY, State.ANY, 0, null, null, "web0042 nginx", null));
    page("text: a quarter", inbox(Kind.ALERTS, State.OPEN, 0, null, null, "nginx", null));
    page("text: everything", inbox(Kind.ANY, State.ANY, 0, null, null, "loaded sh", null));
    page("text: nothing", inbox(Kind.ANY, State.ANY, 0, null, null, "nowhere", null));
    timed(
        "an incident's page",
        () -> {
          Incident incident = store.findings().incident(last.findingUid(), null);
          return incident == null ? 0 : store.findings().revisions(incident, 500).size();
        });
    timed("open alerts", () -> store.findings().openAlerts(made).size());
  }

  private IncidentQuery inbox(
      Kind kind,
      State state,
      int severity,
      @Nullable String host,
      @Nullable String analytic,
      @Nullable String text,
      @Nullable Cursor before) {
    return new IncidentQuery(
        kind, state, severity, host, analytic, text, Suppressed.HIDDEN, made, before, PAGE);
  }

  private void page(String name, IncidentQuery query) throws StoreException {
    timed(name, () -> store.findings().incidents(query).size());
  }

  private interface Page {
    int rows() throws StoreException;
  }

  private static void timed(String name, Page page) throws StoreException {
    long[] nanos = new long[ROUNDS];
    int rows = 0;
    for (int i = 0; i < ROUNDS; i++) {
      long begin = System.nanoTime();
      rows = page.rows();
      nanos[i] = System.nanoTime() - begin;
    }
    Arrays.sort(nanos);
    say(
        "%-22s %3d rows, p50 %7.1f, p95 %7.1f ms",
        name, rows, nanos[ROUNDS / 2] / 1e6, nanos[ROUNDS * 95 / 100] / 1e6);
  }

  /// Copies while another thread appends, opens the copy and counts.
  private void backup(Path folder) throws Exception {
    Path restored = Files.createDirectory(folder.resolve("restored"));
    long before = made;
    var filling = new FillMore();
    Thread filler = Thread.ofPlatform().start(filling);
    long begin = System.nanoTime();
    store.backup(restored.resolve("collector.db"));
    double seconds = since(begin);
    filling.enough = true;
    filler.join();
    if (filling.failure != null) {
      throw filling.failure;
    }
    long records = 0;
    try (Store copy = SqlStore.open(restored)) {
      Cursor cursor = null;
      List<Incident> page;
      do {
        page =
            copy.findings()
                .incidents(
                    new IncidentQuery(
                        Kind.ANY,
                        State.ANY,
                        0,
                        null,
                        null,
                        null,
                        Suppressed.SHOWN,
                        made,
                        cursor,
                        1000));
        for (Incident incident : page) {
          records += incident.records();
          cursor = new Cursor(incident.changedAt(), incident.id());
        }
      } while (!page.isEmpty());
    }
    say(
        "copied in %.1f s while %,d findings were appended; the copy opens and holds %,d (%,d before)",
        seconds, made - before, records, before);
    if (records < before || records > made) {
      throw new IllegalStateException("the copy is not whole");
    }
  }

  private final class FillMore implements Runnable {
    volatile boolean enough;
    volatile @Nullable Exception failure;

    @Override
    public void run() {
      try {
        while (!enough) {
          append();
        }
      } catch (IOException | StoreException e) {
        failure = e;
      }
    }
  }

  private static double since(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void say(String format, Object... values) {
    System.out.println("  " + String.format(Locale.ROOT, format, values));
  }
}
