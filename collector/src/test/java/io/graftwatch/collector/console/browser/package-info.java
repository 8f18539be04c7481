/// The console in a real browser: hostile text, reading aids, keys.
@NullMarked
package io.graftwatch.collector.console.browser;

import org.jspecify.annotations.NullMarked;
