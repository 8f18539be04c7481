package io.graftwatch.linux.log;

/// Signals that a process brings on itself: a fault in its code, not somebody's `kill`.
final class Signals {
  private static final int ILL = 4;
  private static final int TRAP = 5;
  private static final int ABRT = 6;
  private static final int BUS = 7;
  private static final int FPE = 8;
  private static final int SEGV = 11;
  private static final int SYS = 31;

  private Signals() {}

  static boolean fault(int signal) {
    return switch (signal) {
      case ILL, TRAP, ABRT, BUS, FPE, SEGV, SYS -> true;
      default -> false;
    };
  }
}
