package io.graftwatch.core.fact;

/// A process as a source names it.
///
/// @param pid process id, decimal; -1 when unknown
/// @param start start time in microseconds since the epoch; -1 when the source does not give it.
///   Sources differ by up to 20 ms, so two starts of one pid are the same within a second
public record ProcessId(int pid, long start) {
  public static final ProcessId UNKNOWN = new ProcessId(-1, -1);

  public static ProcessId of(int pid) {
    return new ProcessId(pid, -1);
  }

  public boolean known() {
    return pid >= 0;
  }
}
