package io.graftwatch.linux.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.SourceChange;
import io.graftwatch.core.fact.SourceGap;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlindnessTest {
  private static final long S = 1_000_000;
  private static final Set<Trouble> WELL = EnumSet.noneOf(Trouble.class);

  private final Blindness blindness = new Blindness(100 * S);

  @Test
  void aTroubleIsToldWhenItBeginsWhileItLastsAndWhenItEnds() {
    Set<Trouble> off = EnumSet.of(Trouble.DISABLED);
    assertThat(look(WELL, WELL, 110)).isEmpty();
    assertThat(look(off, WELL, 120)).containsExactly("DISABLED", "audit_disabled 110-120");
    assertThat(look(off, WELL, 130)).isEmpty();
    assertThat(look(off, WELL, 180)).containsExactly("audit_disabled 120-180");
    assertThat(look(WELL, WELL, 190)).containsExactly("audit_disabled 180-190");
    assertThat(look(WELL, WELL, 200)).isEmpty();
  }

  @Test
  void whatIsMendedAtOnceIsToldOnce() {
    Set<Trouble> removed = EnumSet.of(Trouble.RULES_REMOVED);
    assertThat(look(removed, removed, 110))
        .containsExactly("RULES_REMOVED", "rules_removed 100-110");
    assertThat(look(WELL, WELL, 120)).isEmpty();
    assertThat(look(removed, removed, 130))
        .containsExactly("RULES_REMOVED", "rules_removed 120-130");
  }

  @Test
  void aSilentCanaryAccusesNobody() {
    assertThat(look(EnumSet.of(Trouble.CANARY_MISSED), WELL, 110))
        .containsExactly("canary_missed 100-110");
  }

  private List<String> look(Set<Trouble> troubles, Set<Trouble> mended, long second) {
    return blindness.observe(troubles, mended, second * S).stream().map(this::text).toList();
  }

  private String text(Fact fact) {
    return switch (fact) {
      case SourceChange change -> change.kind().toString();
      case SourceGap gap -> gap.reason() + " " + gap.from() / S + "-" + gap.to() / S;
      default -> fact.toString();
    };
  }
}
