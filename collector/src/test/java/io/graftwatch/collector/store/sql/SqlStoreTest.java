package io.graftwatch.collector.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Audit;
import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.FindingRecord;
import io.graftwatch.collector.store.Findings;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.store.IncidentQuery.Cursor;
import io.graftwatch.collector.store.IncidentQuery.Kind;
import io.graftwatch.collector.store.IncidentQuery.State;
import io.graftwatch.collector.store.IncidentQuery.Suppressed;
import io.graftwatch.collector.store.People.Invitation;
import io.graftwatch.collector.store.People.Welcome;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Person.Role;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.store.Suppression;
import io.graftwatch.collector.store.Triage;
import io.graftwatch.collector.store.Verdict;
import io.graftwatch.collector.support.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class SqlStoreTest {
  private static final String AGENT = "agent-1";

  @Parameter
  @SuppressWarnings("NullAway.Init")
  private TestDatabase database;

  @TempDir private Path folder;
  private SqlStore store;

  @BeforeEach
  void open() throws Exception {
    store = database.open(folder);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void anOldRevisionThatArrivesLateDoesNotTurnBackTheIncident() throws Exception {
    append(finding("gw-a", 2, 4, true, "second"), 10);
    append(finding("gw-a", 1, 3, true, "first"), 20);
    Incident incident = only(IncidentQuery.all(10));
    assertThat(incident.message()).isEqualTo("second");
    assertThat(incident.records()).isEqualTo(2);
    assertThat(incident.changedAt()).isEqualTo(10);
    assertThat(store.findings().revisions(incident, 10))
        .extracting("revision")
        .containsExactly(1, 2);
  }

  @Test
  void openAlertsAreCountedAsTheyComeAndGo() throws Exception {
    append(finding("gw-a", 1, 3, true, "a"), 1);
    append(finding("gw-b", 1, 5, true, "b"), 2);
    append(finding("gw-c", 1, 1, true, "no alert"), 3);
    assertThat(store.findings().openAlerts(0)).isEqualTo(java.util.Map.of(3, 1L, 5, 1L));
    append(finding("gw-a", 2, 5, true, "a"), 4);
    assertThat(store.findings().openAlerts(0)).isEqualTo(java.util.Map.of(5, 2L));
    append(finding("gw-b", 2, 5, false, "b"), 5);
    append(finding("gw-b", 2, 5, false, "b"), 6);
    assertThat(store.findings().openAlerts(0)).isEqualTo(java.util.Map.of(5, 1L));
  }

  @Test
  void whatIsSuppressedIsNeitherListedNorCountedUntilItEnds() throws Exception {
    append(finding("gw-a", 1, 5, true, "a"), 1);
    Incident incident = only(IncidentQuery.all(10));
    var scope = Suppression.Scope.analyticHere(incident);
    var ada = new Person("ada", Role.ANALYST);
    store.triage().suppress(new Suppression(0, scope, "known", "ada", 2, 100, 0), ada, 2);
    assertThat(store.findings().openAlerts(99)).isEmpty();
    assertThat(hidden(99)).isEmpty();
    assertThat(store.findings().openAlerts(100)).as("expired").isEqualTo(java.util.Map.of(5, 1L));
    assertThat(hidden(100)).hasSize(1);
    long id = store.triage().suppressions(10).getFirst().id();
    assertThat(store.triage().end(id, ada, 50)).isTrue();
    assertThat(store.findings().openAlerts(99)).isEqualTo(java.util.Map.of(5, 1L));
    assertThat(store.triage().end(id, ada, 51)).as("ended already").isFalse();
  }

  private List<Incident> hidden(long now) throws Exception {
    return store
        .findings()
        .incidents(
            new IncidentQuery(
                IncidentQuery.Kind.ANY,
                IncidentQuery.State.ANY,
                0,
                null,
                null,
                null,
                Suppressed.HIDDEN,
                now,
                null,
                10));
  }

  /// Keyset paging against a list kept in memory: no row twice, none missing, whatever the filter.
  @Test
  void pagesAreWhatAListWouldGive() throws Exception {
    long seed = 20_261_124;
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var model = new ArrayList<FindingRecord>();
    for (int i = 0; i < 300; i++) {
      var record =
          finding("gw-" + i, 1, random.nextInt(1, 6), random.nextInt(4) > 0, "message " + i);
      model.add(record);
      // Several share a millisecond, so the id must break the tie.
      append(record, i / 7);
    }
    for (Kind kind : Kind.values()) {
      for (State state : State.values()) {
        int minSeverity = random.nextInt(0, 5);
        var expected =
            model.reversed().stream()
                .filter(r -> kind == Kind.ANY || r.alert() == (kind == Kind.ALERTS))
                .filter(r -> isIn(state, r.open()))
                .filter(r -> r.severity() >= minSeverity)
                .map(FindingRecord::findingUid)
                .toList();
        var paged = new ArrayList<String>();
        Cursor cursor = null;
        for (int page = 0; page < 100; page++) {
          var query =
              new IncidentQuery(
                  kind, state, minSeverity, null, null, null, Suppressed.SHOWN, 0, cursor, 11);
          List<Incident> rows = store.findings().incidents(query);
          if (rows.isEmpty()) {
            break;
          }
          rows.forEach(row -> paged.add(row.findingUid()));
          cursor = new Cursor(rows.getLast().changedAt(), rows.getLast().id());
        }
        assertThat(paged).as("seed %d %s %s", seed, kind, state).isEqualTo(expected);
      }
    }
  }

  @Test
  void textIsFoundByPathWordAndPrefixAndNoWordIsAnOperator() throws Exception {
    append(finding("gw-a", 1, 5, true, "got /usr/lib/apache2/modules/mod_statx.so today"), 1);
    append(finding("gw-b", 1, 5, true, "ran curl to 203.0.113.7:4444"), 2);
    assertThat(search("mod_statx.so")).containsExactly("gw-a");
    assertThat(search("/usr/lib/apache2 today")).containsExactly("gw-a");
    assertThat(search("203.0.113.7")).containsExactly("gw-b");
    assertThat(search("cur")).containsExactly("gw-b");
    assertThat(search("curl today")).isEmpty();
    assertThat(search("curl OR today")).isEmpty();
    assertThat(search("NOT \" ( ) * : ^ -- ")).isEmpty();
    assertThat(search("\" * --")).as("nothing to search for").containsExactly("gw-b", "gw-a");
    append(finding("gw-b", 2, 5, true, "ran wget"), 3);
    assertThat(search("curl")).isEmpty();
    assertThat(search("wget")).containsExactly("gw-b");
  }

  /// So many that they are looked up stretch by stretch along the list.
  @Test
  void pagesOfACommonWordAreWhatAListWouldGive() throws Exception {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(20_261_124);
    var records = new ArrayList<FindingRecord>();
    for (int i = 0; i < 5_400; i++) {
      records.add(finding("gw-" + i, 1, random.nextInt(1, 6), true, "common"));
    }
    store.findings().append(AGENT, records, List.of(), 1);
    // A third changes later, so that the list is not in the order of numbers.
    var later = new ArrayList<FindingRecord>();
    for (int i = 0; i < 5_400; i += 3) {
      later.add(finding("gw-" + i, 2, records.get(i).severity(), i % 2 == 0, "common"));
    }
    store.findings().append(AGENT, later, List.of(), 2);
    var expected = new ArrayList<String>();
    for (int pass = 2; pass >= 1; pass--) {
      for (int i = 5_399; i >= 0; i--) {
        boolean changed = i % 3 == 0;
        boolean open = !changed || i % 2 == 0;
        if (changed == (pass == 2) && open && records.get(i).severity() >= 3) {
          expected.add("gw-" + i);
        }
      }
    }
    var paged = new ArrayList<String>();
    Cursor cursor = null;
    List<Incident> rows;
    do {
      rows =
          store
              .findings()
              .incidents(
                  new IncidentQuery(
                      Kind.ALERTS,
                      State.OPEN,
                      0,
                      null,
                      null,
                      "common",
                      Suppressed.SHOWN,
                      0,
                      cursor,
                      700));
      for (Incident row : rows) {
        paged.add(row.findingUid());
        cursor = new Cursor(row.changedAt(), row.id());
      }
    } while (!rows.isEmpty());
    assertThat(paged).isEqualTo(expected);
  }

  @Test
  void manyWritersShareCommitsAndEachRecordIsStoredOnce() throws Exception {
    int writers = 64;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<Long>>();
      for (int i = 0; i < writers; i++) {
        int n = i;
        // Every record is sent by two at once.
        tasks.add(() ->
            store
                .findings()
                .append(AGENT, List.of(finding("gw-" + n / 2, 1, 5, true, "x")), List.of(), 1)
                .stored()
                .stream()
                .filter(stored -> stored)
                .count());
      }
      long stored = 0;
      for (Future<Long> task : threads.invokeAll(tasks)) {
        stored += task.get();
      }
      assertThat(stored).isEqualTo(writers / 2);
    }
    assertThat(store.findings().openAlerts(0)).isEqualTo(java.util.Map.of(5, writers / 2L));
  }

  /// The intervals against a set, with runs of numbers in any order and repeated.
  @Test
  void arrivalsCloseGaps() throws Exception {
    long seed = 7;
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (int round = 0; round < 20; round++) {
      String agent = "agent-" + round;
      var model = new TreeSet<Long>();
      for (int i = 0; i < 60; i++) {
        long first = random.nextLong(1, 40);
        var batch = LongStream.range(first, first + random.nextLong(1, 4)).boxed().toList();
        model.addAll(batch);
        long expected = 0;
        while (model.contains(expected + 1)) {
          expected++;
        }
        var appended = store.findings().append(agent, List.of(), batch, 1);
        assertThat(appended.storedSequence()).as("seed %d, %s", seed, model).isEqualTo(expected);
      }
    }
  }

  @Test
  void aFailedWriteTakesNothingElseWithIt() throws Exception {
    invite("one", "ada");
    assertThatThrownBy(() -> invite("one", "ada")).isInstanceOf(StoreException.class);
    invite("two", "bob");
    assertThat(store.people().welcome(Digest.of("two"), "bob", "hash", 1)).isEqualTo(Welcome.DONE);
    assertThat(store.people().welcome(Digest.of("one"), "ada", "hash", 1)).isEqualTo(Welcome.DONE);
    assertThat(store.people().welcome(Digest.of("one"), "ada", "hash", 1))
        .isEqualTo(Welcome.LINK_SPENT);
  }

  @Test
  void aSessionIsTheOneItWasOpenedAs() throws Exception {
    join("ada", Role.ADMIN);
    store.sessions().start("ada", Digest.of("mine"), "test", 0, 1_000_000);
    assertThat(store.sessions().use(Digest.of("yours"), 1, 100)).isNull();
    assertThat(store.sessions().use(Digest.of("mine"), 1, 100))
        .isEqualTo(new Person("ada", Role.ADMIN));
    assertThat(store.sessions().use(Digest.of("mine"), 102, 100)).as("idle").isNull();
    assertThat(store.sessions().use(Digest.of("mine"), 1_000_001, 2_000_000)).as("old").isNull();
  }

  private void join(String name, Role role) throws Exception {
    invite(name, name, role);
    store.people().welcome(Digest.of(name), name, "hash", 1);
  }

  private void invite(String link, String name) throws Exception {
    invite(link, name, Role.ADMIN);
  }

  private void invite(String link, String name, Role role) throws Exception {
    store
        .people()
        .invite(
            Digest.of(link),
            new Invitation("", role, "", 100),
            new Act(1, "test", "invite", name, ""));
  }

  /// Texts are hostile: PostgreSQL has no NUL, and half a surrogate pair is no character.
  @Test
  void everyTextIsKept() throws Exception {
    append(finding("gw-a", 1, 5, true, "nul \0 half \uD83D quote ' \\ \uD83D\uDE00 é"), 1);
    Incident incident = only(IncidentQuery.all(10));
    assertThat(incident.message()).startsWith("nul ").endsWith(" \uD83D\uDE00 é");
    assertThat(search("E")).containsExactly("gw-a");
    assertThat(search("quote")).containsExactly("gw-a");
  }

  @Test
  void aBackupIsWholeAndOverwritesNothing() throws Exception {
    append(finding("gw-a", 1, 5, true, "kept"), 1);
    Path restoredFolder = Files.createDirectory(folder.resolve("restored"));
    Path copy = restoredFolder.resolve("collector.db");
    if (database == TestDatabase.POSTGRESQL) {
      assertThatThrownBy(() -> store.backup(copy)).hasMessageContaining("pg_dump");
      return;
    }
    store.backup(copy);
    try (SqlStore restored = SqlStore.open(restoredFolder)) {
      assertThat(restored.findings().incidents(IncidentQuery.all(10)))
          .extracting(Incident::message)
          .containsExactly("kept");
    }
    assertThatThrownBy(() -> store.backup(copy)).hasMessageContaining("never overwrites");
  }

  @Test
  void whatWasDoneIsReadByPagesTheLatestFirst() throws Exception {
    store.sessions().start("ada", Digest.of("1"), "::1", 10, 1_000);
    store.sessions().start("bob", Digest.of("2"), "::1", 20, 1_000);
    store.sessions().start("ada", Digest.of("3"), "::1", 30, 1_000);
    List<Audit.Entry> latest = store.audit().all(Long.MAX_VALUE, 2);
    assertThat(latest)
        .extracting(Audit.Entry::act)
        .containsExactly(
            new Act(30, "ada", "sign in", "ada", "from ::1"),
            new Act(20, "bob", "sign in", "bob", "from ::1"));
    assertThat(store.audit().all(latest.getLast().id(), 2))
        .extracting(entry -> entry.act().at())
        .containsExactly(10L);
    assertThat(store.audit().of("ada", "", Long.MAX_VALUE, 9))
        .extracting(entry -> entry.act().at())
        .containsExactly(30L, 10L);
  }

  @Test
  void whatIsDoneToOneAgentsFindingIsNotInTheHistoryOfAnothers() throws Exception {
    FindingRecord found = finding("gw-a", 1, 5, true, "both have it");
    store.findings().append("agent-1", List.of(found), List.of(), 1);
    store.findings().append("agent-2", List.of(found), List.of(), 2);
    Incident first = incident("gw-a", "agent-1");
    var ada = new Person("ada", Role.ANALYST);
    store.triage().note(first.id(), "seen by ada", ada, 3);
    store.triage().judge(List.of(first.id()), Triage.State.CLOSED, Verdict.BENIGN, "", ada, 4);
    assertThat(store.audit().of("gw-a", "agent-1", Long.MAX_VALUE, 9)).hasSize(2);
    assertThat(store.audit().of("gw-a", "agent-2", Long.MAX_VALUE, 9)).isEmpty();
    assertThat(store.audit().of("gw-a", "", Long.MAX_VALUE, 9)).hasSize(2);
    assertThat(incident("gw-a", "agent-2").listed()).isTrue();
  }

  private Incident incident(String uid, String agentId) throws StoreException {
    Incident incident = store.findings().incident(uid, agentId);
    assertThat(incident).isNotNull();
    return incident;
  }

  /// Whatever changes between the windows: what matched all the time comes once.
  @Test
  void windowsHoldEverythingOnceWhileItChanges() throws Exception {
    var all = new TreeSet<String>();
    var records = new ArrayList<FindingRecord>();
    for (int i = 0; i < 2_500; i++) {
      records.add(finding("gw-" + i, 1, 5, true, i % 2 == 0 ? "even" : "odd"));
      if (i % 2 == 0) {
        all.add("gw-" + i);
      }
    }
    store.findings().append(AGENT, records, List.of(), 1);
    var query =
        new IncidentQuery(
            Kind.ALERTS, State.OPEN, 0, null, null, "even", Suppressed.HIDDEN, 1, null, 0);
    var seen = new ArrayList<String>();
    long below = Long.MAX_VALUE;
    while (below > 0) {
      Findings.Window window = store.findings().window(query, below);
      window.incidents().forEach(incident -> seen.add(incident.findingUid()));
      below = window.end();
      append(finding("gw-0", seen.size() + 2, 5, true, "even"), 5_000);
    }
    assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void aStoreOfANewerVersionIsRefusedAndLeftAlone() throws Exception {
    store.close();
    try (var connection = database.connect(folder);
        var statement = connection.createStatement()) {
      statement.executeUpdate("update schema_version set version = 99");
    }
    assertThatThrownBy(() -> database.open(folder)).hasMessageContaining("newer collector");
    try (var connection = database.connect(folder);
        var statement = connection.createStatement();
        var result = statement.executeQuery("select version from schema_version")) {
      assertThat(result.next()).isTrue();
      assertThat(result.getInt(1)).isEqualTo(99);
    }
  }

  private List<String> search(String text) throws StoreException {
    var query =
        new IncidentQuery(Kind.ANY, State.ANY, 0, null, null, text, Suppressed.SHOWN, 0, null, 10);
    return store.findings().incidents(query).stream().map(Incident::findingUid).toList();
  }

  /// While nobody has judged anything.
  private static boolean isIn(State state, boolean open) {
    return switch (state) {
      case OPEN, NEW -> open;
      case ACKNOWLEDGED -> false;
      case CLOSED -> !open;
      case ANY -> true;
    };
  }

  private Incident only(IncidentQuery query) throws StoreException {
    List<Incident> rows = store.findings().incidents(query);
    assertThat(rows).hasSize(1);
    return rows.getFirst();
  }

  private void append(FindingRecord record, long now) throws StoreException {
    store.findings().append(AGENT, List.of(record), List.of(), now);
  }

  private static FindingRecord finding(
      String uid, int revision, int severity, boolean open, String message) {
    byte[] json = ("{\"uid\":\"" + uid + "\"}").getBytes(StandardCharsets.UTF_8);
    return new FindingRecord(
        uid + "-" + revision,
        uid,
        revision,
        0,
        1,
        severity,
        severity >= 3,
        open,
        "web01",
        "AN1508",
        "title",
        message,
        "CONFIRMED",
        "P1 X6",
        null,
        1,
        2,
        "/lib/" + uid + ".so",
        "",
        message,
        Deflated.of(json));
  }
}
