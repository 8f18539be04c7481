package io.graftwatch.core.source;

/// One way in which the running agent is confined, or could be.
///
/// @param what in the words of a sentence: "it cannot gain privileges"
/// @param holds whether it is so now
/// @param setting that makes it so: `NoNewPrivileges=yes`
public record Measure(String what, boolean holds, String setting) {}
