@NullMarked
package io.graftwatch.esxi.receive;

import org.jspecify.annotations.NullMarked;
