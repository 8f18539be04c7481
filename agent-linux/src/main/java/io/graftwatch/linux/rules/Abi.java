package io.graftwatch.linux.rules;

import org.jspecify.annotations.Nullable;

/// A system call interface of the kernel, as audit names it (`AUDIT_ARCH_*`, linux/audit.h).
public enum Abi {
  X86_64("b64", 0xC000_003E),
  I386("b32", 0x4000_0003),
  AARCH64("b64", 0xC000_00B7),
  ARM("b32", 0x4000_0028);

  private final String text;
  private final int arch;

  Abi(String text, int arch) {
    this.text = text;
    this.arch = arch;
  }

  /// What `auditctl` calls it: `b64`, `b32`.
  String text() {
    return text;
  }

  /// Value of the rule field `arch`.
  int arch() {
    return arch;
  }

  /// The 32-bit interface of the same machine.
  Abi compat() {
    return switch (this) {
      case X86_64, I386 -> I386;
      case AARCH64, ARM -> ARM;
    };
  }

  /// The native interface of a machine, by the name that the JDK (`os.arch`) gives it; null when
  /// the agent has no numbers for it.
  public static @Nullable Abi of(String machine) {
    return switch (machine) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64", "arm64" -> AARCH64;
      default -> null;
    };
  }
}
