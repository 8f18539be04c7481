package io.graftwatch.windows.event;

import java.util.BitSet;

/// Tells from a record's first bytes whether its EventID can matter: most of a log does not, and
/// need not be parsed. What it cannot tell counts as mattering.
final class Skim {
  /// Where EventID stands in what EvtRender writes: after the provider's name and GUID.
  private static final int WITHIN = 1024;

  private static final byte[] TAG = {'<', 'E', 'v', 'e', 'n', 't', 'I', 'D'};

  private final BitSet wanted;

  Skim(BitSet wanted) {
    this.wanted = (BitSet) wanted.clone();
  }

  boolean matters(byte[] bytes, int from, int to) {
    int last = Math.min(to, from + WITHIN) - TAG.length;
    int i = from;
    while (i < last && !isTag(bytes, i)) {
      i++;
    }
    if (i >= last) {
      return true;
    }
    i += TAG.length;
    while (i < to && bytes[i] != '>') {
      i++;
    }
    int id = 0;
    for (i++; i < to && bytes[i] >= '0' && bytes[i] <= '9' && id <= 0xFFFF; i++) {
      id = id * 10 + bytes[i] - '0';
    }
    return i >= to || bytes[i] != '<' || wanted.get(id);
  }

  private static boolean isTag(byte[] bytes, int at) {
    if (bytes[at] != '<') {
      return false;
    }
    for (int i = 1; i < TAG.length; i++) {
      if (bytes[at + i] != TAG[i]) {
        return false;
      }
    }
    return bytes[at + TAG.length] == '>' || bytes[at + TAG.length] == ' ';
  }
}
