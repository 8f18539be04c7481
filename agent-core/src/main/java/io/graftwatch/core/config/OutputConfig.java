package io.graftwatch.core.config;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// One `[[outputs]]` table: a place beside the collector that findings go to.
///
/// @param type the encoder: `ndjson-file`, `elasticsearch`, …
/// @param url the service, for types that have one
/// @param path the file, for `ndjson-file`
/// @param tokenFile file with the secret
/// @param caFile certificates that the service's own must lead to; null: the system's
/// @param proxy HTTP proxy; null for none
/// @param index index, stream or source type, as the type needs it
public record OutputConfig(
    String type,
    @Nullable URI url,
    @Nullable Path path,
    @Nullable Path tokenFile,
    @Nullable Path caFile,
    @Nullable URI proxy,
    @Nullable String index) {}
