package io.graftwatch.core.fact;

import org.jspecify.annotations.Nullable;

/// An administrator's session was opened or closed.
///
/// @param opened false when it was closed
/// @param user account
/// @param address source address, null when unknown
/// @param vector how it came: `https`, `vcenter`, `ssh`, `esxcli`, `vim-cmd`, `dcui`
/// @param session the id that later records of the session bear, null for none
public record AdminSession(
    Provenance provenance,
    boolean opened,
    @Nullable String user,
    @Nullable String address,
    String vector,
    @Nullable String session)
    implements Fact {}
