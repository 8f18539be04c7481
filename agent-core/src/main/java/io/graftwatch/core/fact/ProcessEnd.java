package io.graftwatch.core.fact;

/// A process ended.
///
/// @param process pid and, where known, start time
/// @param signal the signal that ended it; 0 for a normal exit, -1 when unknown
public record ProcessEnd(Provenance provenance, ProcessId process, int signal) implements Fact {}
