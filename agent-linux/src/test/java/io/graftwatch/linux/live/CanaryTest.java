package io.graftwatch.linux.live;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.linux.rules.Abi;
import io.graftwatch.linux.rules.AuditRule;
import io.graftwatch.linux.rules.AuditRules;
import io.graftwatch.linux.rules.HostFacts;
import io.graftwatch.linux.rules.RuleData;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CanaryTest {
  private static final int PID = (int) ProcessHandle.current().pid();
  private static final Abi ABI = Objects.requireNonNull(Abi.of(System.getProperty("os.arch")));

  @Test
  void onlyItsOwnCallCounts() {
    var canary = new Canary(Abi.X86_64, 0x1234);
    assertThat(canary.heard()).as("nothing was sung").isTrue();
    canary.sing();
    assertThat(canary.heard()).isFalse();
    listen(canary, "syscall=157 success=no exit=-22 a0=67726674 a1=12350001 a2=0");
    assertThat(canary.heard()).as("another agent's").isFalse();
    listen(canary, "syscall=59 success=yes exit=0 a0=67726674 a1=12340001 a2=0");
    assertThat(canary.heard()).as("another call").isFalse();
    listen(canary, "syscall=157 success=no exit=-22 a0=67726674 a1=12340001 a2=0");
    assertThat(canary.heard()).isTrue();
  }

  private static void listen(Canary canary, String fields) {
    byte[] record = ("audit(1795487614.404:66): arch=c000003e " + fields).getBytes(US_ASCII);
    canary.listen(record, 0, record.length);
  }

  /// The real kernel: the exclusion of our own process, loaded before it, must not hide it, and
  /// without its rule it is not heard.
  @Test
  void theExclusionOfOurselvesDoesNotHideIt() throws Exception {
    Kernel.assumeAudit();
    List<AuditRule> rules = own();
    var keeper = new RuleKeeper(AuditRules.PREFIX);
    keeper.want(rules);
    var canary = new Canary(ABI, PID);
    var ring = new RecordRing(1 << 20);
    var losses = new Losses(new SourceCounters());
    try (var control = AuditControl.open();
        var _ = AuditReceiver.start(ring, losses, _ -> {}, InstantSource.system())) {
      keeper.install(control, List.of());
      try {
        canary.sing();
        assertThat(heard(canary, ring, 20)).isTrue();
      } finally {
        for (AuditRule rule : rules) {
          control.delete(listed(control, rule));
        }
      }
      canary.sing();
      assertThat(heard(canary, ring, 1)).isFalse();
    }
  }

  private static RuleData listed(AuditControl control, AuditRule rule) throws IOException {
    RuleData wanted = RuleData.of(rule);
    return control.rules().stream().filter(wanted::equals).findFirst().orElse(wanted);
  }

  private static List<AuditRule> own() {
    var facts =
        new HostFacts(
            ABI, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), null, null, PID,
            List.of());
    return AuditRules.render(facts).stream().filter(AuditRule::first).toList();
  }

  private static boolean heard(Canary canary, RecordRing ring, int seconds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!canary.heard() && System.nanoTime() < deadline) {
      ring.await(TimeUnit.MILLISECONDS.toNanos(100));
      ring.drain(
          (type, b, o, n, _) -> {
            if (type == 1300) {
              canary.listen(b, o, n);
            }
          },
          10_000);
    }
    return canary.heard();
  }
}
