package io.graftwatch.testbed.collector;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.graftwatch.collector.ingest.Reading;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A store with many findings: how large it is, how long its pages take, and a copy made while it
/// fills further. Arguments: a folder, which may hold a store of such findings already, the field
/// guide's finding (JSON), findings.
public final class StoreBench {
  private static final int HOSTS = 2_000;
  private static final int BATCH = 200;
  private static final int ROUNDS = 60;
  private static final int PAGE = 50;
  private static final int CLOSED_OF_TEN = 8;
  private static final long START = 1_767_225_600_000L;
  private static final long SAMPLE_TIME = 1_760_000_123_456L;
  private static final String SAMPLE_HASH =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String SAMPLE_MACHINE = "4c4c4544-0042-3510-8054-b7c04f4d3132";
  private static final String SAMPLE_BOOT = "b3d0c6de-6ad5-4f7e-a3a2-1a5b3f9f6a01";
  private static final Pattern MILLIS = Pattern.compile("\\b17[56]\\d{10}\\b");
  private static final Pattern PID = Pattern.compile("\"pid\":(\\d{2,6})\\b");
  private static final List<String> ANALYTICS = List.of("AN1506", "AN1507", "AN1508", "AN1509");
  private static final List<String> SERVERS = List.of("apache2", "nginx", "w3wp", "php-fpm");

  private final SplittableRandom random = new SplittableRandom(7);
  private final Store store;
  private final String sample;
  private long made;

  private StoreBench(Store store, String sample) throws StoreException {
    this.store = store;
    this.sample = sample;
    // What is there from a run before counts.
    made = store.outbox().progress("bench").newest();
  }

  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]));
    String sample = Json.mapper().readTree(Path.of(args[1]).toFile()).toString();
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

  /// One agent's batch. One case of three has a later revision; what is closed is so by a record of
  /// its own.
  private void append() throws IOException, StoreException {
    int host = random.nextInt(HOSTS);
    var batch = new ArrayList<FindingRecord>(BATCH);
    while (batch.size() < BATCH) {
      var about = new About(host, random);
      boolean closed = random.nextInt(10) < CLOSED_OF_TEN;
      int revisions = (random.nextInt(3) == 0 ? 2 : 1) + (closed ? 1 : 0);
      for (int revision = 1; revision <= revisions; revision++) {
        batch.add(record(about, revision, closed && revision == revisions));
        made++;
      }
    }
    store.findings().append(agent(host), batch, List.of(), now());
  }

  /// Findings come a minute apart.
  private long now() {
    return START + made * 60_000;
  }

  private static String agent(int host) {
    return new UUID(0x0192_0000_0000_7000L + host * 7919L, 0x8000_0000_0000_0000L + host * 104_729L)
        .toString();
  }

  private static String host(int number) {
    return "web%04d".formatted(number);
  }

  /// What differs from case to case.
  private final class About {
    final int host;
    final String server;
    final String implant;
    final String hash;
    final String address;
    final int port;
    final int pid;
    final int severity;
    final String analytic;

    About(int host, SplittableRandom random) {
      this.host = host;
      server = SERVERS.get(random.nextInt(SERVERS.size()));
      implant = "mod_implant-" + made + ".so";
      var digest = new byte[32];
      random.nextBytes(digest);
      hash = HexFormat.of().formatHex(digest);
      address = "203.0.%d.%d".formatted(random.nextInt(256), random.nextInt(256));
      port = random.nextInt(1024, 65_536);
      pid = random.nextInt(1_000, 4_000_000);
      severity = random.nextInt(1, 6);
      analytic = ANALYTICS.get(random.nextInt(ANALYTICS.size()));
    }
  }

  /// The sample with another host, server, implant, address, number, process and time wherever it
  /// has one, as the collector would have read it.
  private FindingRecord record(About about, int revision, boolean closing) throws IOException {
    String host = host(about.host);
    String uid = FindingId.of(host, about.server, about.server + ".service", about.implant);
    String text =
        sample
            .replace("mod_statx.so", about.implant)
            .replace("apache2", about.server)
            .replace("web-01", host)
            .replace("203.0.113.7", about.address)
            .replace("4444", String.valueOf(about.port))
            .replace("192.0.2.10", "10.1.%d.%d".formatted(about.host / 250, about.host % 250 + 1))
            .replace(SAMPLE_HASH, about.hash)
            .replace(SAMPLE_MACHINE, machine(about.host))
            .replace(SAMPLE_BOOT, machine(about.host + HOSTS));
    var json = (ObjectNode) Json.mapper().readTree(moved(text, about.pid));
    json.put("severity_id", about.severity)
        .put("is_alert", about.severity >= 3)
        .put("activity_id", closing ? 3 : revision == 1 ? 1 : 2);
    ((ObjectNode) json.get("metadata"))
        .put("uid", FindingId.revision(uid, revision))
        .put("sequence", made + 1);
    ((ObjectNode) json.get("finding_info")).put("uid", uid);
    ((ObjectNode) json.at("/finding_info/analytic")).put("uid", about.analytic);
    ((ObjectNode) json.at("/device/agent_list/0")).put("uid", agent(about.host));
    return Reading.stored(Json.bytes(json));
  }

  private static String machine(int number) {
    return UUID.nameUUIDFromBytes(("machine" + number).getBytes(StandardCharsets.UTF_8)).toString();
  }

  /// Times and process numbers are the sample's distance apart.
  private String moved(String text, int pid) {
    String later =
        MILLIS
            .matcher(text)
            .replaceAll(time -> String.valueOf(now() + Long.parseLong(time.group()) - SAMPLE_TIME));
    return PID.matcher(later)
        .replaceAll(number -> "\"pid\":" + (Integer.parseInt(number.group(1)) + pid));
  }

  private void pages() throws StoreException {
    Incident last = store.findings().incidents(IncidentQuery.all(1)).getFirst();
    String known = last.component().substring(last.component().lastIndexOf('/') + 1);
    var middle = new Cursor(START + made / 2 * 60_000, last.id() / 2);
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
    page("text: one case", inbox(Kind.ANY, State.ANY, 0, null, null, known, null));
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
    timed("open alerts", () -> store.findings().openAlerts(now()).size());
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
        kind, state, severity, host, analytic, text, Suppressed.HIDDEN, now(), before, PAGE);
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
                        now(),
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
