/// The store in one SQLite file: write-ahead log, full synchronisation, one writer thread that
/// commits for many at once, a few readers beside it.
@NullMarked
package io.graftwatch.collector.store.sql;

import org.jspecify.annotations.NullMarked;
