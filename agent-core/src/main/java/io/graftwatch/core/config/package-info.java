/// The one configuration file as typed records: every key with its default, bounds and meaning.
/// Parsing and validation end here; nobody else sees TOML.
@NullMarked
package io.graftwatch.core.config;

import org.jspecify.annotations.NullMarked;
