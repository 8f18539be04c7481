package io.graftwatch.core.source;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/// One input of `replay`.
///
/// @param path the file, or null for standard input
/// @param name what to call it in record ids and messages
/// @param zone zone of stamps that have none
/// @param yearHint stamps without a year take the latest year that is not more than 24 h after this
/// @param config the configuration of this source kind
public record Recording(
    @Nullable Path path, String name, ZoneId zone, Instant yearHint, SourceConfig config) {}
