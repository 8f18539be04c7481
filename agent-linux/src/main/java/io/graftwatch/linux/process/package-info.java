/// Processes as the kernel tells of them: /proc, the process events connector, and the facts made
/// of both. What a record means is a pure function of its bytes.
@NullMarked
package io.graftwatch.linux.process;

import org.jspecify.annotations.NullMarked;
