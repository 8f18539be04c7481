package io.graftwatch.core.catalogue;

/// An ATT&CK technique that findings name.
///
/// @param id `T1505` or `T1505.003`
/// @param name MITRE's name
/// @param tacticId `TA0003`
/// @param tactic MITRE's name of the tactic that it serves here
public record Technique(String id, String name, String tacticId, String tactic) {}
