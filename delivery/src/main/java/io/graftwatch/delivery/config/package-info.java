/// How both programs read their one TOML file: a table of keys, each with type, bounds and default;
/// what is wrong is said with line, column and the nearest name. Nobody else sees TOML.
@NullMarked
package io.graftwatch.delivery.config;

import org.jspecify.annotations.NullMarked;
