/// Recordings of macOS of any size, and how fast they are read.
@NullMarked
package io.graftwatch.testbed.macos;

import org.jspecify.annotations.NullMarked;
