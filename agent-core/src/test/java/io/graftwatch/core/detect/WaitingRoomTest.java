package io.graftwatch.core.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Image;
import io.graftwatch.core.fact.ProcessEnd;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.lineage.Lineage;
import io.graftwatch.core.lineage.ProcessNode;
import io.graftwatch.core.lineage.ServerProfiles;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who may leave, when, and in which order.
final class WaitingRoomTest {
  private final Lineage lineage =
      new Lineage(new ServerProfiles(List.of(), List.of(), List.of()), false, 64);
  private final WaitingRoom room = new WaitingRoom(2);

  @Test
  void theEldestLeavesWhenItsTimeHasComeOrItIsTooFull() {
    ProcessNode node = started(10, 9);
    room.add(fact(1), node, 100, true);
    room.add(fact(2), node, 200, true);
    assertThat(room.due(99)).isNull();
    assertThat(left(room.due(100))).isEqualTo("1");

    room.add(fact(3), node, 300, false);
    room.add(fact(4), node, 400, false);
    assertThat(left(room.due(100))).isEqualTo("2");
    assertThat(room.due(100)).isNull();
    assertThat(room.size()).isEqualTo(2);
  }

  @Test
  void aLinkFreesThoseBelowItOnly() {
    ProcessNode child = started(10, 9);
    ProcessNode grandchild = started(11, 10);
    room.add(fact(1), grandchild, 100, true);
    room.add(fact(2), started(20, 19), 100, true);
    lineage.changed();

    started(9, 0);

    List<WaitingRoom.Guest> settled = room.settled(lineage.changed());
    assertThat(settled).extracting(WaitingRoomTest::left).containsExactly("1");
    assertThat(child.settled()).isTrue();
    assertThat(room.size()).isEqualTo(1);
  }

  private static String left(WaitingRoom.Guest guest) {
    return guest.fact().provenance().record();
  }

  private ProcessNode started(int pid, int parent) {
    return lineage.start(
        new ProcessStart(
            provenance("start:" + pid),
            ProcessStart.Kind.FORK,
            ProcessId.of(pid),
            ProcessStart.Parent.of(parent),
            Image.UNKNOWN,
            List.of(),
            null,
            Identity.UNKNOWN,
            null,
            null,
            false));
  }

  private static Fact fact(int number) {
    return new ProcessEnd(provenance("" + number), ProcessId.of(1), 0);
  }

  private static Provenance provenance(String record) {
    return new Provenance("auditd", record, Provenance.KERNEL, 1, 1, null, Raw.NONE);
  }
}
