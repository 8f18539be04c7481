package io.graftwatch.collector.store;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where a PostgreSQL server is and as whom the collector goes there.
///
/// @param url `postgresql://host:port/database`
/// @param passwordFile holds the password alone; null when none is asked for
/// @param tls whether the server must prove who it is; false is for one on the same machine
/// @param caFile authorities to trust, PEM; null for the system's
public record PostgresPlace(
    URI url, String user, @Nullable Path passwordFile, boolean tls, @Nullable Path caFile) {}
