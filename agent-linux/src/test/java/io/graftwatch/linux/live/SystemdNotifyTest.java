package io.graftwatch.linux.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.source.ServiceManager;
import org.junit.jupiter.api.Test;

class SystemdNotifyTest {
  @Test
  void withoutASocketNobodyIsTold() {
    assertThat(SystemdNotify.of(null)).isSameAs(ServiceManager.NONE);
    assertThat(SystemdNotify.of("")).isSameAs(ServiceManager.NONE);
    assertThat(SystemdNotify.of("notify")).isSameAs(ServiceManager.NONE);
  }

  @Test
  void aManagerThatIsGoneIsNoTrouble() {
    SystemdNotify.of("/run/no/such/socket").tell("READY=1");
    SystemdNotify.of("@" + "x".repeat(200)).tell("READY=1");
  }
}
