@NullMarked
package io.graftwatch.delivery.journal;

import org.jspecify.annotations.NullMarked;
