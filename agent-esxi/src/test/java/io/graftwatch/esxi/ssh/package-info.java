@NullMarked
package io.graftwatch.esxi.ssh;

import org.jspecify.annotations.NullMarked;
