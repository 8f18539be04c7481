package io.graftwatch.delivery.finding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FindingIdTest {
  /// `printf 'web-01\0apache2\0apache2.service\0/m/é.so' | sha256sum | cut -c1-32`
  @Test
  void isTheFirst128BitsOfTheSha256() {
    assertThat(FindingId.of("web-01", "apache2", "apache2.service", "/m/é.so"))
        .isEqualTo("gw-5749410ed9b35a24e3d14536f50a6c48");
  }

  @Test
  void partsDoNotRunTogether() {
    assertThat(FindingId.of("a", "bc", "d", "e")).isNotEqualTo(FindingId.of("ab", "c", "d", "e"));
  }

  @Test
  void revisionsCountFromOne() {
    assertThat(FindingId.revision("gw-1f", 1)).isEqualTo("gw-1f-1");
    assertThatThrownBy(() -> FindingId.revision("gw-1f", 0)).hasMessage("revision < 1: 0");
  }
}
