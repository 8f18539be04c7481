@NullMarked
package io.graftwatch.macos.es;

import org.jspecify.annotations.NullMarked;
