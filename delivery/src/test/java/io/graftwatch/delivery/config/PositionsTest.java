package io.graftwatch.delivery.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class PositionsTest {
  @Test
  void a_key_is_found_where_it_stands() {
    var positions = Positions.of("[a]\nb = 1\n\n[[c]]\n  d = [{ e = 2 }]\n");
    assertThat(positions.line("a.b")).isEqualTo(2);
    assertThat(positions.problem("f", "c[0].d[0].e", "x")).hasToString("f:5:10: x");
    assertThat(positions.line("c[0].nobody")).isZero();
  }

  /// Text that is no TOML at all must neither throw nor hang.
  @Test
  void any_mutilation_is_survived() {
    long seed = 20_261_124;
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    String good = "[a.b]\nc = [{ d = \"e/f\", g = 'h' }] # i\n[[j]]\n\"k\" = \"\"\"l\"\"\"\n";
    String letters = "[]{}\"'=.,#\n\\ a1";
    for (int round = 0; round < 3000; round++) {
      var text = new StringBuilder(good);
      for (int edits = random.nextInt(1, 5); edits > 0; edits--) {
        text.setCharAt(
            random.nextInt(text.length()), letters.charAt(random.nextInt(letters.length())));
      }
      String given = text.toString();
      assertThatCode(() -> Positions.of(given))
          .as("seed %d, round %d", seed, round)
          .doesNotThrowAnyException();
    }
  }
}
