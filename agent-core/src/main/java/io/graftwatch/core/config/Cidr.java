package io.graftwatch.core.config;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A network, IPv4 or IPv6. Parses numeric text only: it never asks a resolver.
public final class Cidr {
  private final byte[] network;
  private final int prefix;
  private final String text;

  private Cidr(byte[] network, int prefix, String text) {
    this.network = network;
    this.prefix = prefix;
    this.text = text;
  }

  /// Parses `10.0.0.0/8`, `fd00::/8`, or a single address.
  ///
  /// @throws IllegalArgumentException with a sentence for the person who wrote it
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = Addresses.parse(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw new IllegalArgumentException("'" + text + "' is not an address or network");
    }
    int bits = address.length * 8;
    int prefix = bits;
    if (slash >= 0) {
      String length = text.substring(slash + 1);
      prefix = length.matches("[0-9]{1,3}") ? Integer.parseInt(length) : -1;
      if (prefix < 0 || prefix > bits) {
        throw new IllegalArgumentException("'" + text + "' has no prefix of 0 to " + bits);
      }
    }
    return new Cidr(mask(address, prefix), prefix, text);
  }

  public boolean contains(String address) {
    byte[] bytes = Addresses.parse(address);
    return bytes != null && contains(bytes);
  }

  /// @param address 4 or 16 bytes
  public boolean contains(byte @Nullable [] address) {
    if (address == null || address.length != network.length) {
      return false;
    }
    int whole = prefix / 8;
    for (int i = 0; i < whole; i++) {
      if (address[i] != network[i]) {
        return false;
      }
    }
    int rest = prefix % 8;
    return rest == 0 || ((address[whole] ^ network[whole]) & (0xFF << (8 - rest))) == 0;
  }

  private static byte[] mask(byte[] address, int prefix) {
    byte[] masked = new byte[address.length];
    for (int bit = 0; bit < prefix; bit++) {
      masked[bit / 8] |= (byte) (address[bit / 8] & (0x80 >> (bit % 8)));
    }
    return masked;
  }

  public int prefix() {
    return prefix;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cidr that
        && prefix == that.prefix
        && Arrays.equals(network, that.network);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(network) * 31 + prefix;
  }

  @Override
  public String toString() {
    return text;
  }
}
