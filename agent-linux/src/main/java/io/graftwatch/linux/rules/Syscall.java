package io.graftwatch.linux.rules;

/// The system calls that rules name, with their numbers (the kernel's syscall tables).
public enum Syscall {
  EXECVE(59, 11, 221, 11),
  EXECVEAT(322, 358, 281, 387),
  CONNECT(42, 362, 203, 283),
  SENDTO(44, 369, 206, 290),
  SENDMSG(46, 370, 211, 296),
  SENDMMSG(307, 345, 269, 374),
  BIND(49, 361, 200, 282),
  SOCKETCALL(-1, 102, -1, -1),
  IO_URING_SETUP(425, 425, 425, 425),
  MEMFD_CREATE(319, 356, 279, 385),
  PTRACE(101, 26, 117, 26),
  PROCESS_VM_WRITEV(311, 348, 271, 377),
  PRCTL(157, 172, 167, 172);

  private final int x86;
  private final int i386;
  private final int aarch64;
  private final int arm;

  Syscall(int x86, int i386, int aarch64, int arm) {
    this.x86 = x86;
    this.i386 = i386;
    this.aarch64 = aarch64;
    this.arm = arm;
  }

  /// Its number; -1 where the interface does not have it.
  public int number(Abi abi) {
    return switch (abi) {
      case X86_64 -> x86;
      case I386 -> i386;
      case AARCH64 -> aarch64;
      case ARM -> arm;
    };
  }
}
