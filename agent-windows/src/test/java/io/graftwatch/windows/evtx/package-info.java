/// The reader of event log files against files of our own making and against libevtx.
@NullMarked
package io.graftwatch.windows.evtx;

import org.jspecify.annotations.NullMarked;
