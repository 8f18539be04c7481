package io.graftwatch.delivery.finding;

import org.jspecify.annotations.Nullable;

/// What is affected (OCSF `resource_details`).
///
/// @param uid host, server kind and instance key with `/` between
/// @param name instance: `apache2.service`
/// @param type `server-instance`
public record Resource(String uid, String name, @Nullable String type) {}
