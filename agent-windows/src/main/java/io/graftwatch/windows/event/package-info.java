/// Event records as the Event Log API renders them, and their parser: a pure function of bytes that
/// knows no document types, opens nothing and is linear in the text.
@NullMarked
package io.graftwatch.windows.event;

import org.jspecify.annotations.NullMarked;
