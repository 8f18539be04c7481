package io.graftwatch.core.config;

/// Port numbers as people write them.
final class Ports {
  static final int MAX = 65_535;

  private Ports() {}

  /// @throws IllegalArgumentException with a sentence when it is none
  static int parse(String text) {
    int value = 0;
    for (int i = 0; i < text.length() && value <= MAX; i++) {
      char c = text.charAt(i);
      value = c >= '0' && c <= '9' ? value * 10 + (c - '0') : MAX + 1;
    }
    if (value < 1 || value > MAX) {
      throw new IllegalArgumentException("'" + text + "' is not a port, 1 to " + MAX);
    }
    return value;
  }

  /// `addresses`, `addresses:port` or `addresses:from-to`; IPv6 with ports in brackets.
  static Site.Destination destination(String text) {
    String network = text;
    String ports = "";
    int bracket = text.lastIndexOf(']');
    int colon = text.lastIndexOf(':');
    boolean v6 = text.indexOf(':') != colon;
    if (text.startsWith("[") && bracket > 0) {
      network = text.substring(1, bracket);
      if (bracket + 1 < text.length() && colon != bracket + 1) {
        throw new IllegalArgumentException("'" + text + "' has something odd after the bracket");
      }
      ports = colon > bracket ? text.substring(colon + 1) : "";
    } else if (colon >= 0 && !v6) {
      network = text.substring(0, colon);
      ports = text.substring(colon + 1);
    }
    Cidr cidr = Cidr.parse(network);
    if (ports.isEmpty()) {
      return new Site.Destination(cidr, 0, MAX);
    }
    int dash = ports.indexOf('-');
    int from = parse(dash < 0 ? ports : ports.substring(0, dash));
    int to = dash < 0 ? from : parse(ports.substring(dash + 1));
    if (from > to) {
      throw new IllegalArgumentException("'" + text + "' ends before it begins");
    }
    return new Site.Destination(cidr, from, to);
  }
}
