@NullMarked
package io.graftwatch.esxi;

import org.jspecify.annotations.NullMarked;
