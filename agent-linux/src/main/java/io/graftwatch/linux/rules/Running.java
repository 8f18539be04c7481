package io.graftwatch.linux.rules;

/// A server process that runs.
///
/// @param pid process id
/// @param startTicks start time in clock ticks since boot
/// @param exe its executable
public record Running(int pid, long startTicks, String exe) {}
