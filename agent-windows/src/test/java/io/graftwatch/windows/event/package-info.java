@NullMarked
package io.graftwatch.windows.event;

import org.jspecify.annotations.NullMarked;
