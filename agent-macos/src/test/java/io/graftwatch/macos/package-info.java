@NullMarked
package io.graftwatch.macos;

import org.jspecify.annotations.NullMarked;
