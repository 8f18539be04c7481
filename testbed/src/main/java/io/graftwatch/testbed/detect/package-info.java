/// Detection alone, fed with made facts.
@NullMarked
package io.graftwatch.testbed.detect;

import org.jspecify.annotations.NullMarked;
