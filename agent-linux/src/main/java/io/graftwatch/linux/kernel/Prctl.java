package io.graftwatch.linux.kernel;

/// `prctl` with an option that no kernel knows: a call that does nothing but leave its arguments in
/// an audit record.
public final class Prctl {
  private Prctl() {}

  /// `prctl(option, argument, 0, 0, 0)` on the calling thread.
  public static void call(int option, int argument) {
    Libc.prctl(option, argument & 0xFFFF_FFFFL, 0, 0, 0);
  }
}
