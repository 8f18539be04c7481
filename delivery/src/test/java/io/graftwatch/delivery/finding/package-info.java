@NullMarked
package io.graftwatch.delivery.finding;

import org.jspecify.annotations.NullMarked;
