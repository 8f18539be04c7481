@NullMarked
package io.graftwatch.windows;

import org.jspecify.annotations.NullMarked;
