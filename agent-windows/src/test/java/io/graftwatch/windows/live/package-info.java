/// The live source against a library that has the Event Log API's signatures, layouts and errors.
@NullMarked
package io.graftwatch.windows.live;

import org.jspecify.annotations.NullMarked;
