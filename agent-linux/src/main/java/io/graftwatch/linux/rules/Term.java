package io.graftwatch.linux.rules;

import org.jspecify.annotations.Nullable;

/// One condition of a rule: field = value. Numbers of the fields are those of linux/audit.h.
///
/// @param field what is compared
/// @param value the number; for texts their length
/// @param text the text of `dir`, `path`, `exe`
record Term(Field field, int value, @Nullable String text) {

  enum Field {
    PID("pid", 0),
    UID("uid", 1),
    AUID("auid", 9),
    PPID("ppid", 18),
    SUCCESS("success", 104),
    PATH("path", 105),
    PERM("perm", 106),
    DIR("dir", 107),
    EXE("exe", 112),
    SADDR_FAM("saddr_fam", 113),
    A0("a0", 200);

    private final String text;
    private final int number;

    Field(String text, int number) {
      this.text = text;
      this.number = number;
    }

    int number() {
      return number;
    }
  }

  /// `perm=wa`: write and attribute change.
  private static final int WRITE_ATTRIBUTE = 2 | 8;

  static final Term SUCCESS = of(Field.SUCCESS, 1);
  static final Term NO_LOGIN = of(Field.AUID, -1);
  static final Term INET = of(Field.SADDR_FAM, 2);
  static final Term INET6 = of(Field.SADDR_FAM, 10);
  static final Term CHANGED = of(Field.PERM, WRITE_ATTRIBUTE);

  static Term of(Field field, int value) {
    return new Term(field, value, null);
  }

  static Term uid(int uid) {
    return of(Field.UID, uid);
  }

  static Term text(Field field, String text) {
    return new Term(field, text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length, text);
  }

  /// As `auditctl` reads it, without the `-F`.
  @Override
  public String toString() {
    String shown =
        switch (field) {
          case AUID -> value == -1 ? "unset" : Integer.toUnsignedString(value);
          case PERM -> "wa";
          case A0 -> "0x" + Integer.toHexString(value);
          default -> text == null ? Integer.toUnsignedString(value) : text;
        };
    return field.text + "=" + shown;
  }
}
