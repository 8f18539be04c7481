package io.graftwatch.core.state;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes state: variable-length integers, and each different text once.
public final class StateWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
  private final Map<String, Integer> texts = new HashMap<>();

  public byte[] bytes() {
    return out.toByteArray();
  }

  /// Zigzag, then seven bits a byte.
  public void number(long value) {
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  public void flag(boolean value) {
    out.write(value ? 1 : 0);
  }

  public void real(double value) {
    fixed(Double.doubleToRawLongBits(value));
  }

  /// Eight bytes.
  public void fixed(long bits) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      out.write((int) (bits >>> shift));
    }
  }

  /// 0 = null, 1 = a new text follows, n + 2 = the n-th text again.
  public void text(@Nullable String value) {
    if (value == null) {
      number(0);
      return;
    }
    Integer known = texts.get(value);
    if (known != null) {
      number(known + 2L);
      return;
    }
    texts.put(value, texts.size());
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    number(1);
    number(utf8.length);
    out.write(utf8, 0, utf8.length);
  }

  public void blob(byte[] bytes) {
    number(bytes.length);
    out.writeBytes(bytes);
  }

  public <T> void list(Collection<T> values, Consumer<T> each) {
    number(values.size());
    values.forEach(each);
  }
}
