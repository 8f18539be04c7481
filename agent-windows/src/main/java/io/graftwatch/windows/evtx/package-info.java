/// The binary event log files of Windows (.evtx), versions 3.0 to 3.2, as event XML: a pure
/// function of a chunk's bytes with hard bounds, so that damage and malice cost records, never time
/// or memory.
@NullMarked
package io.graftwatch.windows.evtx;

import org.jspecify.annotations.NullMarked;
