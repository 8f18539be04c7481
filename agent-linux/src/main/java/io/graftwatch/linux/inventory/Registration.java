package io.graftwatch.linux.inventory;

import org.jspecify.annotations.Nullable;

/// A line of a server's configuration that makes it run code from a file.
///
/// @param server kind of server as in the catalogue
/// @param directive what stands there: `LoadModule`, `extension`, `LD_PRELOAD`
/// @param value what is registered, as written
/// @param path the file, absolute; null when it cannot be told
/// @param config the configuration file
/// @param line the whole line, for the reader
record Registration(
    String server,
    String directive,
    String value,
    @Nullable String path,
    String config,
    String line) {}
