package io.graftwatch.collector.console.view;

/// The form that a one-time link leads to.
///
/// @param code of the link, which the form brings back
/// @param named whether the link is for a person that exists, whose name stays
/// @param role that the person gets
/// @param problem with what was typed, empty at first
public record WelcomeView(String code, String name, boolean named, String role, String problem) {}
