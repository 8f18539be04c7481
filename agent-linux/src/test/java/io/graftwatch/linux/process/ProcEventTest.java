package io.graftwatch.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Messages of a real kernel (6.18, x86_64): a process forks, starts a thread, calls setsid, runs
/// `sh -c 'kill -9 $$'`.
class ProcEventTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          010000000100000000000000010000002800000000000000000000007e20ec110c040000000000000000000000000000000000000000000000000000 | Answer[errno=0]
          01000000010000000100000000000000280000000100000000000000f6f0f3110c0400005b5000005b50000084500000845000000000000000000000 | Fork[parent=20571, child=20612, nanos=4449887318262]
          01000000010000000200000000000000280000000100000000000000b91e51120c0400005b5000005b50000085500000845000000000000000000000 | Ignored[]
          01000000010000000300000000000000280000000000008000000000dd0e55120c040000855000008450000000000000ffffffff0000000000000000 | Ignored[]
          010000000100000004000000000000002800000080000000000000003bdb55120c040000845000008450000000000000000000000000000000000000 | Ignored[]
          0100000001000000050000000000000028000000020000000000000051ee80120c040000845000008450000000000000000000000000000000000000 | Exec[pid=20612, nanos=4449896558161]
          0100000001000000060000000000000028000000000000800000000062038a120c040000845000008450000009000000110000005b5000005b500000 | Exit[pid=20612, status=9, nanos=4449897153378]
          """)
  void readsWhatTheKernelSent(String message, String event) {
    assertThat(parse(message)).hasToString(event);
  }

  @Test
  void halfAMessageIsNone() {
    String fork =
        "01000000010000000100000000000000280000000100000000000000f6f0f3110c0400005b5000005b500000";
    assertThat(parse(fork)).isNull();
    assertThat(parse("0200000001000000" + fork.substring(16))).isNull();
    assertThat(parse("")).isNull();
  }

  private static @Nullable ProcEvent parse(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    return ProcEvent.parse(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0, bytes.length);
  }
}
