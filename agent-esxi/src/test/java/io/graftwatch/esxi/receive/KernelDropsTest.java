package io.graftwatch.esxi.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/// Lines of proc(5)'s net/udp and net/udp6 as Linux 6 on a little-endian machine writes them.
final class KernelDropsTest {
  private static final String OURS =
      "  514: 0100007F:0202 00000000:0000 07 00000000:00012C00 00:00000000 00000000     0        0"
          + " 48213 2 00000000d1a5d1f7 9483            ";

  @Test
  void theLastColumnOfOurSocketCounts() throws UnknownHostException {
    String end = end("127.0.0.1", 514);
    assertThat(end).isEqualTo("0100007F:0202");
    assertThat(KernelDrops.drops(OURS, end)).isEqualTo(9483);
    assertThat(KernelDrops.drops(OURS, end("127.0.0.1", 515))).isZero();
    assertThat(KernelDrops.drops(OURS, end("127.0.0.2", 514))).isZero();
  }

  @Test
  void theHeadingAndWhatIsNoLineCountNothing() throws UnknownHostException {
    String end = end("127.0.0.1", 514);
    assertThat(
            KernelDrops.drops(
                "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt  "
                    + " uid  timeout inode ref pointer drops             ",
                end))
        .isZero();
    assertThat(KernelDrops.drops("514: 0100007F:0202 nonsense", end)).isZero();
    assertThat(KernelDrops.drops("", end)).isZero();
  }

  @Test
  void addressesAreWordsInTheMachinesOrder() throws UnknownHostException {
    assertThat(end("::1", 1514)).isEqualTo("00000000000000000000000001000000:05EA");
    assertThat(
            KernelDrops.written(
                new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 514),
                ByteOrder.BIG_ENDIAN))
        .isEqualTo("7F000001:0202");
  }

  private static String end(String address, int port) throws UnknownHostException {
    return KernelDrops.written(
        new InetSocketAddress(InetAddress.getByName(address), port), ByteOrder.LITTLE_ENDIAN);
  }
}
