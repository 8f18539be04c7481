package io.graftwatch.collector.console.view;

/// A page that says one thing.
///
/// @param code what a terminal user types next, may be empty
public record Notice(String heading, String sentence, String code) {}
