/// The Event Log API of Windows through JNA: signatures, owned handles, error codes; no logic. The
/// binding is our own, since jna-platform's mixes kernel handles with log handles.
@NullMarked
package io.graftwatch.windows.win32;

import org.jspecify.annotations.NullMarked;
