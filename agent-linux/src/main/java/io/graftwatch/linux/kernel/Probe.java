package io.graftwatch.linux.kernel;

/// A system call that does nothing and can be recognised in an audit record by its arguments.
public final class Probe {
  /// First argument of the call; no `prctl` option has this number, so the kernel answers EINVAL.
  public static final int OPTION = 0x6772_6674;

  private Probe() {}

  /// `prctl(OPTION, nonce, 0, 0, 0)`, on the calling thread.
  public static void call(int nonce) {
    Libc.prctl(OPTION, nonce & 0xFFFF_FFFFL, 0, 0, 0);
  }
}
