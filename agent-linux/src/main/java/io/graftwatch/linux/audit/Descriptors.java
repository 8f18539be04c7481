package io.graftwatch.linux.audit;

/// Whether a call names its file relative to an open directory. The registers tell: `AT_FDCWD` and
/// the pointers of the calls without `at` are never small numbers, descriptors always are.
final class Descriptors {
  /// Below this no pointer can lie (`mmap_min_addr`), and few descriptors lie above.
  private static final long SMALL = 65_536;

  private static final long AT_FDCWD = 0xFFFF_FF9CL;

  private Descriptors() {}

  /// The name that the call made, changed or removed.
  static boolean ofTarget(Call call) {
    return switch (call.operation) {
      case RENAME, LINK -> (small(call.a0) || current(call.a0)) && small(call.a2);
      case SYMLINK -> small(call.a1);
      default -> small(call.a0);
    };
  }

  /// The name that a rename or link started from.
  static boolean ofOrigin(Call call) {
    return small(call.a0);
  }

  private static boolean small(long register) {
    return register >= 0 && register < SMALL;
  }

  private static boolean current(long register) {
    return (register & 0xFFFF_FFFFL) == AT_FDCWD;
  }
}
