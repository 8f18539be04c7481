package io.graftwatch.delivery.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.zip.CRC32C;

/// Which output has which of a record's four marks. An output's name goes into its marks, so that
/// one which takes over another's place does not take over what that one had received.
final class Outputs {
  static final Outputs NONE = new Outputs(0, new int[Frame.SLOTS]);

  private final int mask;
  private final int[] salts;

  private Outputs(int mask, int[] salts) {
    this.mask = mask;
    this.salts = salts;
  }

  /// Gives every wanted output a place: the one it had, else a free one, else that of an output
  /// that is not wanted any more.
  ///
  /// @param places names by place, changed here and kept in the counters
  static Outputs assign(List<String> places, List<String> wanted) {
    if (wanted.size() > Frame.SLOTS) {
      throw new IllegalArgumentException(wanted.size() + " outputs, at most " + Frame.SLOTS);
    }
    int mask = 0;
    for (String output : wanted) {
      int place = places.indexOf(output);
      if (place < 0 && places.size() < Frame.SLOTS) {
        place = places.size();
        places.add(output);
      } else if (place < 0) {
        place = 0;
        while (wanted.contains(places.get(place))) {
          place++;
        }
        places.set(place, output);
      }
      mask |= 1 << place;
    }
    int[] salts = new int[Frame.SLOTS];
    for (int place = 0; place < places.size(); place++) {
      CRC32C crc = new CRC32C();
      crc.update(places.get(place).getBytes(UTF_8));
      salts[place] = (int) crc.getValue();
    }
    return new Outputs(mask, salts);
  }

  /// No output is configured: nothing is ever finished.
  boolean isEmpty() {
    return mask == 0;
  }

  boolean has(int slot) {
    return (mask & (1 << slot)) != 0;
  }

  int salt(int slot) {
    return salts[slot];
  }
}
