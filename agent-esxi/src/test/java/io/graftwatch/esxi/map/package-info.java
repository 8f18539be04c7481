@NullMarked
package io.graftwatch.esxi.map;

import org.jspecify.annotations.NullMarked;
