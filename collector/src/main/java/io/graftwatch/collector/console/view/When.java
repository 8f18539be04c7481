package io.graftwatch.collector.console.view;

/// A moment.
///
/// @param shown what stands on the page
/// @param iso for machines, and for the reader's own time zone
/// @param full in UTC, to the second
public record When(String shown, String iso, String full) {}
