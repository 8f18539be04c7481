package io.graftwatch.linux.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RecordRingTest {
  @Test
  void recordsComeOutAsTheyWentInAcrossTheEndOfTheBuffer() {
    var ring = new RecordRing(256);
    var seen = new ArrayList<String>();
    for (int i = 0; i < 100; i++) {
      byte[] text = ("record " + i + " x".repeat(i % 40)).getBytes(UTF_8);
      assertThat(ring.offer(1300 + i, i, ByteBuffer.wrap(text), 0, text.length)).isTrue();
      assertThat(ring.isEmpty()).as("unpublished").isTrue();
      ring.publish();
      ring.drain(
          (type, b, o, n, at) -> seen.add(type + "@" + at + " " + new String(b, o, n, UTF_8)), 9);
      assertThat(seen.getLast()).isEqualTo((1300 + i) + "@" + i + " " + new String(text, UTF_8));
    }
    assertThat(seen).hasSize(100);
  }

  @Test
  void aFullRingRefusesAndTakesAgainAfterADrain() {
    var ring = new RecordRing(128);
    byte[] text = new byte[40];
    assertThat(ring.offer(1, 0, ByteBuffer.wrap(text), 0, 40)).isTrue();
    assertThat(ring.offer(2, 0, ByteBuffer.wrap(text), 0, 40)).isTrue();
    assertThat(ring.offer(3, 0, ByteBuffer.wrap(text), 0, 40)).isFalse();
    ring.publish();
    List<Integer> types = new ArrayList<>();
    assertThat(ring.drain((type, _, _, _, _) -> types.add(type), 1)).isEqualTo(1);
    assertThat(ring.offer(3, 0, ByteBuffer.wrap(text), 0, 40)).isTrue();
    ring.publish();
    ring.drain((type, _, _, _, _) -> types.add(type), 9);
    assertThat(types).containsExactly(1, 2, 3);
  }

  /// Two threads, random lengths: nothing lost, nothing twice, nothing torn.
  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void twoThreads() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var ring = new RecordRing(1 << 14);
    int records = 200_000;
    int[] lengths = random.ints(records, 4, 1000).toArray();
    var producer =
        Thread.ofPlatform()
            .start(() -> {
              var bytes = ByteBuffer.allocate(1000);
              for (int i = 0; i < records; i++) {
                bytes.putInt(0, i);
                bytes.putInt(lengths[i] - 4, i);
                while (!ring.offer(i, i, bytes, 0, lengths[i])) {
                  ring.publish();
                  Thread.onSpinWait();
                }
                if (i % 7 == 0) {
                  ring.publish();
                }
              }
              ring.publish();
            });
    int[] next = {0};
    while (next[0] < records) {
      ring.await(TimeUnit.SECONDS.toNanos(5));
      ring.drain(
          (type, b, offset, length, seen) -> {
            int i = next[0]++;
            int last = ByteBuffer.wrap(b).getInt(offset + length - 4);
            if (type != i || seen != i || length != lengths[i] || last != i) {
              throw new AssertionError("record " + i + " came as " + type + ", " + length);
            }
          },
          1000);
    }
    producer.join();
    assertThat(ring.isEmpty()).isTrue();
  }
}
