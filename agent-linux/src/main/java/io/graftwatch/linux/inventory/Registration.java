package io.graftwatch.linux.inventory;

import org.jspecify.annotations.Nullable;

/// A line of a server's configuration that makes it load or run something.
///
/// @param directive the word that does it, as the server's manual writes it: `LoadModule`
/// @param name what the line calls the component
/// @param path the component's file as the line gives it, perhaps relative; null when it gives none
/// @param line the line, trimmed
record Registration(String directive, String name, @Nullable String path, String line) {}
