/// Processes as `graftwatch record` writes them, one JSON object a line. They stand in for the
/// process table and the proc connector when a recording is replayed.
@NullMarked
package io.graftwatch.linux.proc;

import org.jspecify.annotations.NullMarked;
