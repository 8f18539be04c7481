/// Text that strangers wrote, made fit to be looked at.
@NullMarked
package io.graftwatch.collector.text;

import org.jspecify.annotations.NullMarked;
