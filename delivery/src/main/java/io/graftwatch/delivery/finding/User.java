package io.graftwatch.delivery.finding;

import org.jspecify.annotations.Nullable;

/// An account (OCSF `user`); name or uid must be there.
///
/// @param uid numeric id or SID, as text
/// @param domain Windows domain or computer
public record User(@Nullable String name, @Nullable String uid, @Nullable String domain) {}
