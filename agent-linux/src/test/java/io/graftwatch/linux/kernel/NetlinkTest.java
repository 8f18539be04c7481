package io.graftwatch.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetlinkTest {
  private final List<String> seen = new ArrayList<>();

  @Test
  void walksTheMessagesOfOneDatagramPastTheirPadding() {
    byte[] first = Netlink.message(1300, Netlink.REQUEST, 7, new byte[] {1, 2, 3});
    byte[] second = Netlink.message(Netlink.DONE, 0, 8, new byte[0]);

    assertThat(walk(first, second)).isTrue();
    assertThat(seen).containsExactly("1300 #7 at 16, 3 bytes", "3 #8 at 36, 0 bytes");
  }

  @Test
  void stopsAtALengthThatDoesNotFit() {
    byte[] fine = Netlink.message(1300, 0, 1, new byte[4]);
    byte[] broken = Netlink.message(1301, 0, 2, new byte[4]);
    ByteBuffer.wrap(broken).order(ByteOrder.nativeOrder()).putInt(0, 4000);

    assertThat(walk(fine, broken)).isFalse();
    assertThat(seen).containsExactly("1300 #1 at 16, 4 bytes");
  }

  @Test
  void aLengthShorterThanTheHeaderCannotLoop() {
    byte[] broken = Netlink.message(1301, 0, 2, new byte[4]);
    ByteBuffer.wrap(broken).order(ByteOrder.nativeOrder()).putInt(0, 0);

    assertThat(walk(broken)).isFalse();
    assertThat(seen).isEmpty();
  }

  private boolean walk(byte[]... messages) {
    var bytes = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
    for (byte[] message : messages) {
      bytes.put(message);
    }
    return Netlink.each(
        bytes,
        0,
        bytes.position(),
        (type, seq, offset, length) ->
            seen.add(type + " #" + seq + " at " + offset + ", " + length + " bytes"));
  }
}
