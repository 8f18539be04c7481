/// How long things are kept and on how much disk: removes what is old, a little at a time, and says
/// when the disk is short.
@NullMarked
package io.graftwatch.collector.keep;

import org.jspecify.annotations.NullMarked;
