/// What the collector keeps, as interfaces that know no database: findings and incidents, the
/// fleet, sessions. A method that writes returns when the write is on the disk.
@NullMarked
package io.graftwatch.collector.store;

import org.jspecify.annotations.NullMarked;
