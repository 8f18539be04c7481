package io.graftwatch.delivery.finding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WireTest {
  @Test
  void aReceiptIsReadAsTheCollectorWritesIt() throws IOException {
    Receipt receipt =
        Json.read(
            """
            {"batch":"b1","time":1760000000000,"stored_sequence":41,"later":true,"results":[
              {"uid":"gw-1-1","status":"stored"},
              {"uid":"gw-2-1","status":"duplicate"},
              {"uid":"gw-3-1","status":"rejected","reason":"bad time"},
              {"uid":"gw-4-1","status":"pondered"}]}
            """
                .getBytes(UTF_8),
            Receipt.class);
    assertThat(receipt.storedSequence()).isEqualTo(41);
    assertThat(receipt.results())
        .extracting(Receipt.Item::verdict)
        .containsExactly(
            Receipt.Verdict.STORED,
            Receipt.Verdict.DUPLICATE,
            Receipt.Verdict.REJECTED,
            Receipt.Verdict.UNKNOWN);
    assertThat(new String(Json.bytes(new Receipt.Item("u", Receipt.Verdict.STORED, null)), UTF_8))
        .isEqualTo("{\"uid\":\"u\",\"status\":\"stored\"}");
  }

  @Test
  void aHeartbeatIsReadBackAndItsLedgersAreChecked() throws IOException {
    var beat =
        new Heartbeat(
            "agent-1",
            "machine-1",
            "boot-1",
            "web-01",
            7,
            false,
            new Heartbeat.Versions("0.1.0", "Debian GNU/Linux 12", 0, "1", "9f2c"),
            new Heartbeat.Clock(1_760_000_000_000L, 60_000, -12L),
            List.of(
                new Heartbeat.SourceHealth(
                    "auditd", "running", 10, 6, 1, 1, 2, 5L, 3L, Map.of("late", 1L), null)),
            new Heartbeat.FindingLedger(9, 5, 2, 1, 0),
            new Heartbeat.Spool(2, 4096, 5L, 1 << 28),
            List.of(
                new Heartbeat.Coverage(
                    "AN1508",
                    "PARTIAL",
                    List.of("no audit"),
                    List.of(new Heartbeat.Blind("auditd", 1, 2, -1, "restart")))),
            new Heartbeat.Cost(1, 2, 3, 4, 5),
            Map.of("P1", 3L),
            List.of("rules were put back"));
    assertThat(Json.read(Json.bytes(beat), Heartbeat.class)).isEqualTo(beat);
    assertThat(beat.sources().getFirst().remainder()).isZero();
    assertThat(beat.findings().remainder()).isEqualTo(1);
  }
}
