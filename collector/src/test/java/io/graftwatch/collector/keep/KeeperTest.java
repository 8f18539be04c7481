package io.graftwatch.collector.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.ingest.Reading;
import io.graftwatch.collector.store.FindingRecord;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.store.IncidentQuery.Kind;
import io.graftwatch.collector.store.IncidentQuery.State;
import io.graftwatch.collector.store.IncidentQuery.Suppressed;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Retention;
import io.graftwatch.collector.store.Triage;
import io.graftwatch.collector.store.Verdict;
import io.graftwatch.collector.store.sql.SqlStore;
import io.graftwatch.collector.support.FakeClock;
import io.graftwatch.collector.support.Sample;
import io.graftwatch.collector.support.TestDatabase;
import io.graftwatch.delivery.finding.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class KeeperTest {
  private static final Config.Keep KEEP =
      new Config.Keep(Duration.ofDays(30), Duration.ofDays(10), Duration.ofDays(90), 0);
  private static final Person ADA = new Person("ada", Person.Role.ANALYST);
  private static final String AGENT = "agent-1";

  @Parameter
  @SuppressWarnings("NullAway.Init")
  private TestDatabase database;

  @TempDir private Path folder;
  private final FakeClock clock = new FakeClock();

  /// How far the clock was set, beside going.
  private Duration jumped = Duration.ZERO;

  private SqlStore store;
  private Keeper keeper;

  @BeforeEach
  void open() throws Exception {
    store = database.open(folder);
    keeper = keeper("one");
  }

  private Keeper keeper(String process) {
    return new Keeper(
        store,
        KEEP,
        Reading::stored,
        Disk.elsewhere(),
        process,
        clock,
        () -> (clock.millis() - jumped.toMillis()) * 1_000_000);
  }

  @AfterEach
  void close() {
    keeper.close();
    store.close();
  }

  @Test
  void whatIsClosedGoesByAgeAndWhatIsOpenStays() throws Exception {
    //                 number, severity, activity (1 create, 3 close)
    append("open alert", 1, 5, 1);
    append("closed alert", 2, 5, 3);
    append("open record", 3, 2, 1);
    append("closed record", 4, 1, 3);
    append("newest", 5, 1, 3);

    assertThat(left()).hasSize(5);
    clock.advance(Duration.ofDays(11));
    keep();
    assertThat(left()).containsExactly("newest", "closed alert", "open alert");
    clock.advance(Duration.ofDays(20));
    keep();
    assertThat(left()).containsExactly("newest", "open alert");
    clock.advance(Duration.ofDays(1000));
    assertThat(store.retention().due(KEEP.cut(clock.millis())).openAlerts()).isEqualTo(1);
    keep();
    assertThat(left()).containsExactly("newest", "open alert");

    assertThat(search("closed")).isEmpty();
    assertThat(search("open alert")).containsExactly("open alert");
    assertThat(store.findings().openAlerts(0)).isEqualTo(Map.of(5, 1L));
    assertThat(store.retention().removed(9))
        .extracting(Retention.Day::incidents, Retention.Day::findings)
        .containsExactly(tuple(1L, 1L), tuple(2L, 2L));
  }

  @Test
  void ageCountsFromWhatPeopleDidLast() throws Exception {
    append("alert", 1, 5, 1);
    append("newest", 2, 1, 3);
    clock.advance(Duration.ofDays(300));
    Incident alert = incidents().getLast();
    store
        .triage()
        .judge(List.of(alert.id()), Triage.State.CLOSED, Verdict.BENIGN, "", ADA, clock.millis());
    clock.advance(Duration.ofDays(29));
    keep();
    assertThat(left()).contains("alert");
    clock.advance(Duration.ofDays(2));
    keep();
    assertThat(left()).doesNotContain("alert");
    assertThat(store.audit().of(alert.findingUid(), AGENT, Long.MAX_VALUE, 9)).hasSize(1);
    clock.advance(Duration.ofDays(60));
    keep();
    assertThat(store.audit().of(alert.findingUid(), AGENT, Long.MAX_VALUE, 9)).isEmpty();
  }

  @Test
  void whatIsSentAgainAfterItIsGoneIsADuplicate() throws Exception {
    FindingRecord gone = record("gone", 1, 5, 3);
    append(gone);
    append("newest", 2, 1, 3);
    clock.advance(Duration.ofDays(31));
    keep();
    assertThat(left()).containsExactly("newest");

    assertThat(append(gone)).isFalse();
    assertThat(left()).containsExactly("newest");
    assertThat(append(record("never came", 3, 5, 3))).as("old, but a number that is new").isTrue();
    FindingRecord more = Reading.stored(Json.bytes(sample("gone", 4, 5, 2).revision(2).json()));
    assertThat(append(more)).as("new evidence on an old case").isTrue();
    assertThat(left()).containsExactly("gone", "never came", "newest");
  }

  @Test
  void oneCollectorDoesIt() throws Exception {
    append("record", 1, 1, 3);
    append("newest", 2, 1, 3);
    clock.advance(Duration.ofDays(11));
    try (Keeper other = keeper("other")) {
      assertThat(other.step()).isEqualTo(Keeper.REST);
      append("one more", 3, 1, 3);
      clock.advance(Duration.ofMinutes(1));
      assertThat(keeper.step()).isEqualTo(Keeper.REST);
      clock.advance(Duration.ofDays(11));
    }
    keep();
    assertThat(left()).containsExactly("one more");
  }

  @Test
  void componentsThatAnEarlierVersionDidNotKeepAreReadFromTheRecords() throws Exception {
    for (int i = 1; i <= 50; i++) {
      append("case " + i, i, 5, 1);
    }
    try (var connection = database.connect(folder);
        var statement = connection.createStatement()) {
      statement.executeUpdate("update incidents set component = '', component_hash = ''");
      statement.executeUpdate("update chores set position = 45 where name = 'components'");
    }
    keep();
    assertThat(incidents())
        .allSatisfy(incident ->
            assertThat(incident.component())
                .isEqualTo(incident.id() <= 45 ? "/usr/lib/apache2/modules/mod_statx.so" : ""));
  }

  /// F31: whoever sets the clock to 2038 for some minutes makes nothing old.
  @Test
  void aClockThatJumpsRemovesNothing() throws Exception {
    append("closed alert", 1, 5, 3);
    append("the newest", 2, 5, 1);
    clock.advance(Steadiness.LONG_ENOUGH);
    jump(Duration.ofDays(4000));
    keep();
    clock.advance(Duration.ofMinutes(30));
    keep();
    jump(Duration.ofDays(-4000));
    keep();
    assertThat(left()).containsExactlyInAnyOrder("closed alert", "the newest");

    clock.advance(Duration.ofDays(31));
    keep();
    assertThat(left()).containsExactly("the newest");
  }

  private void jump(Duration by) {
    jumped = jumped.plus(by);
    clock.advance(by);
  }

  @Test
  void theDiskGetsItsSpaceBack() throws Exception {
    if (database != TestDatabase.SQLITE) {
      assertThat(store.retention().giveBack(0)).as("PostgreSQL looks after its files").isFalse();
      assertThat(store.retention().space().free()).isZero();
      return;
    }
    var many = new ArrayList<FindingRecord>();
    for (int i = 1; i <= 1_500; i++) {
      many.add(record("case " + i, i, 1, 3));
    }
    store.findings().append(AGENT, many, List.of(), clock.millis());
    long full = store.retention().space().bytes();
    clock.advance(Duration.ofDays(11));
    keep();
    Retention.Space emptied = store.retention().space();
    assertThat(emptied.free()).isGreaterThan(full / 2);
    int rounds = 1;
    while (store.retention().giveBack(0)) {
      rounds++;
    }
    assertThat(rounds).as("a little at a time").isGreaterThan(1);
    assertThat(store.retention().space().free()).isZero();
    assertThat(store.retention().space().bytes()).isLessThan(full / 2);
    assertThat(left()).containsExactly("case 1500");
  }

  private void keep() throws Exception {
    while (keeper.step().equals(Keeper.PAUSE)) {
      clock.advance(Keeper.PAUSE);
    }
  }

  private boolean append(String name, long number, int severity, int activity) throws Exception {
    return append(record(name, number, severity, activity));
  }

  private boolean append(FindingRecord record) throws Exception {
    clock.advance(Duration.ofMillis(1));
    return store
        .findings()
        .append(AGENT, List.of(record), List.of(), clock.millis())
        .stored()
        .getFirst();
  }

  private static FindingRecord record(String name, long number, int severity, int activity) {
    return Reading.stored(Json.bytes(sample(name, number, severity, activity).json()));
  }

  private static Sample sample(String name, long number, int severity, int activity) {
    return Sample.of("web01", name)
        .message(name)
        .sequence(number)
        .severity(severity)
        .activity(activity);
  }

  /// What is left, the latest first.
  private List<String> left() throws Exception {
    return incidents().stream().map(Incident::message).toList();
  }

  private List<Incident> incidents() throws Exception {
    return store.findings().incidents(IncidentQuery.all(1_000));
  }

  private List<String> search(@Nullable String text) throws Exception {
    var query =
        new IncidentQuery(Kind.ANY, State.ANY, 0, null, null, text, Suppressed.SHOWN, 0, null, 9);
    Stream<Incident> found = store.findings().incidents(query).stream();
    return found.map(Incident::message).toList();
  }
}
