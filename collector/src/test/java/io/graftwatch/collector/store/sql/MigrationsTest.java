package io.graftwatch.collector.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.Findings.Revision;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.Outbox;
import io.graftwatch.collector.store.PostgresPlace;
import io.graftwatch.collector.support.TestDatabase;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What an earlier collector stored is there after its tables were changed.
class MigrationsTest {
  private static final int EARLIER = 7;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void recordsKeepTheirNamesAndHistoriesTheirAgents(TestDatabase database) throws Exception {
    try (Sql sql = new Sql(database.connect(folder), dialect(database))) {
      Migrations.apply(sql, EARLIER);
      incident(sql, 1, "agent-1", "gw-a");
      incident(sql, 2, "agent-2", "gw-both");
      incident(sql, 3, "agent-3", "gw-both");
      record(sql, 1, "gw-a-1", 1);
      record(sql, 1, "gw-a-2", 2);
      record(sql, 1, "another name", 2);
      record(sql, 1, "gw-a-0", 0);
      sql.run("insert into outputs (name, position) values ('out', 0)");
      act(sql, "close", "gw-a");
      act(sql, "note", "gw-both");
      act(sql, "sign in", "gw-a");
    }
    try (SqlStore store = database.open(folder)) {
      Incident incident = store.findings().incident("gw-a", "agent-1");
      assertThat(incident).isNotNull();
      assertThat(store.findings().revisions(incident, 9))
          .extracting(Revision::uid)
          .containsExactly("gw-a-0", "gw-a-1", "gw-a-2", "another name");
      assertThat(store.outbox().next("out", 0, 9))
          .extracting(Outbox.Item::uid, Outbox.Item::agentId)
          .startsWith(tuple("gw-a-1", "agent-1"))
          .hasSize(4);
      assertThat(store.audit().of("gw-a", "agent-1", Long.MAX_VALUE, 9))
          .extracting(entry -> entry.act().agentId())
          .containsExactly("", "agent-1");
      assertThat(store.audit().of("gw-both", "agent-2", Long.MAX_VALUE, 9))
          .as("nobody knows whose")
          .hasSize(1);
    }
  }

  private static Dialect dialect(TestDatabase database) {
    return database == TestDatabase.SQLITE
        ? new Sqlite(Path.of("unused"))
        : new Postgres(
            new PostgresPlace(URI.create("postgresql://unused/unused"), "", null, false, null));
  }

  private static void incident(Sql sql, long id, String agent, String uid) throws Exception {
    sql.run(
        """
        insert into incidents (id, agent_id, finding_uid, revision, records, severity, alert, open,
          host, analytic, title, message, state, codes, first_seen, last_seen, changed_at)
        values (?, ?, ?, 1, 1, 5, 1, 1, 'web01', 'AN1508', 't', 'm', '', '', 1, 1, 1)
        """,
        id,
        agent,
        uid);
  }

  private static void record(Sql sql, long incident, String uid, int revision) throws Exception {
    sql.run(
        """
        insert into findings (agent_id, uid, incident_id, revision, time, received_at, json)
        values ('agent-1', ?, ?, ?, 1, 1, ?)
        """,
        uid,
        incident,
        revision,
        Digest.of("bytes"));
  }

  private static void act(Sql sql, String action, String subject) throws Exception {
    sql.run(
        "insert into audit (at, who, action, subject, detail) values (1, 'ada', ?, ?, '')",
        action,
        subject);
  }
}
