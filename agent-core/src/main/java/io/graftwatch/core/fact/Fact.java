package io.graftwatch.core.fact;

/// One normalised event, whatever log it came from (detection-spec section 2).
///
/// A field that the source does not give is null (text), -1 (numbers) or the record's `UNKNOWN`
/// constant; it is never guessed. A platform module maps its native records to facts and decides
/// nothing about them.
public sealed interface Fact
    permits ProcessStart,
        ProcessEnd,
        ModuleLoad,
        ComponentChange,
        FileWrite,
        Connection,
        Listener,
        ServerLog,
        JobCreate,
        AdminCommand,
        AdminSession,
        SourceChange,
        KernelCall,
        SourceGap {

  /// Where this fact comes from: source, native record, times, raw bytes.
  Provenance provenance();

  /// Event time in microseconds since the epoch.
  default long time() {
    return provenance().time();
  }
}
