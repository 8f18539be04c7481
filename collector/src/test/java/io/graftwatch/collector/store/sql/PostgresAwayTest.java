package io.graftwatch.collector.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.FindingRecord;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.store.PostgresPlace;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.support.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresAwayTest {
  @Test
  void withoutItsServerTheStoreSaysSoAndGoesOnWhenItIsBack() throws Exception {
    try (var server = PostgresServer.start(true)) {
      PostgresPlace place = server.database("collectors");
      try (var store = SqlStore.open(place)) {
        store.findings().append("a", List.of(finding("gw-1")), List.of(), 1);
        assertThat(store.findings().incidents(IncidentQuery.all(9))).hasSize(1);
        server.kill();
        assertThatThrownBy(() -> store.findings().append("a", List.of(), List.of(), 2))
            .isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.findings().incidents(IncidentQuery.all(9)))
            .isInstanceOf(StoreException.class);
        server.start();
        assertThat(store.findings().incidents(IncidentQuery.all(9))).hasSize(1);
        assertThat(store.findings().append("a", List.of(finding("gw-1")), List.of(), 3).stored())
            .containsExactly(false);
      }
    }
  }

  private static FindingRecord finding(String uid) {
    byte[] json = ("{\"uid\":\"" + uid + "\"}").getBytes(StandardCharsets.UTF_8);
    return new FindingRecord(
        uid + "-1",
        uid,
        1,
        0,
        1,
        5,
        true,
        true,
        "web01",
        "AN1508",
        "title",
        "message",
        "CONFIRMED",
        "P1 X6",
        null,
        1,
        2,
        "",
        "",
        "text",
        Deflated.of(json));
  }
}
