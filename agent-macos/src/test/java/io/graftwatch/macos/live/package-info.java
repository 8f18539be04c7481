@NullMarked
package io.graftwatch.macos.live;

import org.jspecify.annotations.NullMarked;
