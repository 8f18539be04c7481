/// The Linux platform module's entry. Everything else of it lies in the packages below.
@NullMarked
package io.graftwatch.linux;

import org.jspecify.annotations.NullMarked;
