/// The collector's one configuration file as a typed record: every key with its default, bounds and
/// meaning. An empty file is a valid one.
@NullMarked
package io.graftwatch.collector.config;

import org.jspecify.annotations.NullMarked;
