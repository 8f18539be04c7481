@NullMarked
package io.graftwatch.macos.unified;

import org.jspecify.annotations.NullMarked;
