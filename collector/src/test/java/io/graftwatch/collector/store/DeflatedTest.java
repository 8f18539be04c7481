package io.graftwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.graftwatch.collector.support.Sample;
import io.graftwatch.delivery.finding.Json;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGeneratorFactory;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class DeflatedTest {
  private static final byte[] FINDING = Json.bytes(Sample.of("web01", "a").json());

  @Test
  void aFindingTakesAnEighthAndComesBackAsItWas() throws Exception {
    Deflated stored = Deflated.of(FINDING);
    assertThat(stored.bytes()).hasSizeLessThan(FINDING.length / 8);
    assertThat(Deflated.stored(stored.bytes()).plain()).isEqualTo(FINDING);
    assertThat(Deflated.of(new byte[0]).plain()).isEmpty();
  }

  /// Whoever changes it can no longer read what it packed: a new one gets a new number.
  @Test
  void theDictionaryIsTheOneThatStoresWerePackedWith() throws Exception {
    try (var in = Deflated.class.getResourceAsStream("dictionary-1.txt")) {
      assertThat(in).isNotNull();
      assertThat(Digest.of(in.readAllBytes()).bytes())
          .isEqualTo(
              HexFormat.of()
                  .parseHex("d3a280cd03368940e5d4a7f675853031928dbf2e03e75f08c6db09ea09a2f2d7"));
    }
  }

  @Test
  void whatWasStoredWithoutADictionaryIsStillRead() throws Exception {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(20_261_124);
    for (int level = 0; level <= 9; level++) {
      for (int length : new int[] {0, 1, 40, 300, 5_000, 70_000}) {
        var noise = new byte[length];
        random.nextBytes(noise);
        assertThat(Deflated.stored(packed(noise, level)).plain()).isEqualTo(noise);
      }
      assertThat(Deflated.stored(packed(FINDING, level)).plain()).isEqualTo(FINDING);
    }
  }

  @Test
  void whatIsDamagedOrTooLongIsRefused() {
    byte[] good = Deflated.of(FINDING).bytes();
    byte[] unknown = good.clone();
    unknown[0] = (byte) 0xfe;
    byte[] none = good.clone();
    none[0] = 0b110;
    byte[] bomb = packed(new byte[17 << 20], 9);
    for (byte[] bad :
        new byte[][] {Arrays.copyOf(good, good.length / 2), unknown, none, bomb, {14}, {}}) {
      assertThatThrownBy(() -> Deflated.stored(bad).plain()).isInstanceOf(StoreException.class);
    }
  }

  private static byte[] packed(byte[] plain, int level) {
    try (var deflater = new Deflater(level, true)) {
      deflater.setInput(plain);
      deflater.finish();
      var out = new byte[plain.length * 2 + 100];
      return Arrays.copyOf(out, deflater.deflate(out));
    }
  }
}
