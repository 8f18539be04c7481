@NullMarked
package io.graftwatch.delivery.output;

import org.jspecify.annotations.NullMarked;
