package io.graftwatch.linux.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SerialsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          audit(1795487614.404:66): arch=c000003e      | 66
          audit(1795487614.404:4294967295): arch=c0    | 4294967295
          audit(1795487614.404:): arch                 | -1
          audit(1795487614.404:66                      | -1
          audit(1795487614.404:6x6): arch              | -1
          type=SYSCALL                                 | -1
          audit(                                       | -1
          audit(1795487614.404:99999999999999): arch   | -1
          """)
  void readsTheSerialOfARecord(String record, long serial) {
    byte[] bytes = record.getBytes(StandardCharsets.UTF_8);
    assertThat(Serials.of(bytes, 0, bytes.length)).isEqualTo(serial);
  }

  @ParameterizedTest
  @CsvSource({"5, 4, true, 0", "4, 4, false, 0", "1, 4294967290, true, 6", "9, 4, true, 4"})
  void countsAcrossTheWrap(long a, long b, boolean after, long between) {
    assertThat(Serials.after(a, b)).isEqualTo(after);
    assertThat(Serials.between(b, a)).isEqualTo(between);
  }
}
