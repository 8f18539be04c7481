package io.graftwatch.linux.rules;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A rule in the kernel's own form, `struct audit_rule_data` (linux/audit.h). Two are equal when
/// they ask for the same, whether as sent or as the kernel lists it again.
///
/// ```
///    0  flags  u32   which filter list, | 0x10 = before all others
///    4  action u32   0 never, 2 always
///    8  field_count u32
///   12  mask[64] u32       one bit a system call
///  268  fields[64] u32     what is compared
///  524  values[64] u32     number, or length of the text in buf
///  780  fieldflags[64] u32 operator
/// 1036  buflen u32
/// 1040  buf                texts, one behind the other
/// ```
public final class RuleData {
  private static final int MASK = 12;
  private static final int MASK_WORDS = 64;
  private static final int FIELDS = 268;
  private static final int VALUES = 524;
  private static final int OPERATORS = 780;
  private static final int TEXT_LENGTH = 1036;
  private static final int TEXT = 1040;

  private static final int LIST_TASK = 1;
  private static final int LIST_EXIT = 4;
  private static final int PREPEND = 0x10;
  private static final int ALWAYS = 2;
  private static final int EQUAL = 0x4000_0000;
  private static final int ARCH = 11;
  private static final int KEY = 210;
  private static final List<Integer> TEXTS =
      List.of(13, 14, 15, 16, 17, 19, 20, 21, 22, 23, 105, 107, 112, KEY);
  private static final int MAX_TEXTS = 64 * 1024;

  private final byte[] bytes;

  private RuleData(byte[] bytes) {
    this.bytes = bytes;
  }

  /// A rule ready to be sent.
  public static RuleData of(AuditRule rule) {
    byte[] texts = texts(rule).getBytes(StandardCharsets.UTF_8);
    var data = ByteBuffer.allocate(TEXT + texts.length).order(ByteOrder.nativeOrder());
    data.putInt(0, LIST_EXIT | (rule.first() ? PREPEND : 0));
    data.putInt(4, rule.always() ? ALWAYS : 0);
    mask(data, rule);
    int field = 0;
    if (rule.abi() != null) {
      put(data, field++, ARCH, rule.abi().arch());
    }
    for (Term term : rule.terms()) {
      put(data, field++, term.field().number(), term.value());
    }
    put(data, field++, KEY, rule.key().getBytes(StandardCharsets.UTF_8).length);
    data.putInt(8, field);
    data.putInt(TEXT_LENGTH, texts.length);
    data.put(TEXT, texts);
    return new RuleData(data.array());
  }

  private static String texts(AuditRule rule) {
    var texts = new StringBuilder();
    for (Term term : rule.terms()) {
      if (term.text() != null) {
        texts.append(term.text());
      }
    }
    return texts.append(rule.key()).toString();
  }

  private static void mask(ByteBuffer data, AuditRule rule) {
    if (rule.syscalls().isEmpty()) {
      // All calls. The upper half of the last word would ask for classes of calls instead.
      for (int word = 0; word < MASK_WORDS; word++) {
        data.putInt(MASK + 4 * word, word < MASK_WORDS - 1 ? -1 : 0xFFFF);
      }
      return;
    }
    for (Syscall syscall : rule.syscalls()) {
      int number = rule.abi() == null ? -1 : syscall.number(rule.abi());
      if (number >= 0) {
        int word = MASK + 4 * (number / 32);
        data.putInt(word, data.getInt(word) | 1 << number % 32);
      }
    }
  }

  private static void put(ByteBuffer data, int index, int field, int value) {
    data.putInt(FIELDS + 4 * index, field);
    data.putInt(VALUES + 4 * index, value);
    data.putInt(OPERATORS + 4 * index, EQUAL);
  }

  /// A rule as the kernel listed it; null when the bytes are none.
  public static @Nullable RuleData parse(ByteBuffer message, int offset, int length) {
    if (length < TEXT) {
      return null;
    }
    byte[] bytes = new byte[length];
    message.get(offset, bytes);
    var data = new RuleData(bytes);
    int texts = data.view().getInt(TEXT_LENGTH);
    int fields = data.view().getInt(8);
    boolean fits = texts >= 0 && texts <= Math.min(length - TEXT, MAX_TEXTS);
    return fits && fields >= 0 && fields <= MASK_WORDS ? data : null;
  }

  /// The bytes to send for adding or deleting it.
  public byte[] bytes() {
    return bytes.clone();
  }

  /// The rule's key, empty when it has none.
  public String key() {
    var data = view();
    int at = TEXT;
    for (int i = 0; i < data.getInt(8); i++) {
      int field = data.getInt(FIELDS + 4 * i);
      int length = data.getInt(VALUES + 4 * i);
      if (field == KEY) {
        return length < 0 || length > bytes.length - at
            ? ""
            : new String(bytes, at, length, StandardCharsets.UTF_8);
      }
      if (TEXTS.contains(field)) {
        at += Math.max(0, Math.min(length, bytes.length - at));
      }
    }
    return "";
  }

  /// Whether the rule keeps new tasks, or some of them, without an audit context (`-a never,task`).
  public boolean blindsNewTasks() {
    var data = view();
    return (data.getInt(0) & ~PREPEND) == LIST_TASK && data.getInt(4) == 0;
  }

  private ByteBuffer view() {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }

  /// Without the wish to be first, which the kernel forgets, and without padding.
  private byte[] canonical() {
    byte[] canonical = Arrays.copyOf(bytes, TEXT + view().getInt(TEXT_LENGTH));
    var data = ByteBuffer.wrap(canonical).order(ByteOrder.nativeOrder());
    data.putInt(0, data.getInt(0) & ~PREPEND);
    return canonical;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RuleData that && Arrays.equals(canonical(), that.canonical());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(canonical());
  }

  @Override
  public String toString() {
    return "audit rule " + key();
  }
}
