/// What defenders look at: the pages, the JSON behind them, and the door to both. It reads the
/// store and changes nothing in it.
@NullMarked
package io.graftwatch.collector.console;

import org.jspecify.annotations.NullMarked;
