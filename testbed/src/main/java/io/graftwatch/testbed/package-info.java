/// Whole-process benchmarks, started by the scripts in `testbed/bench`.
@NullMarked
package io.graftwatch.testbed;

import org.jspecify.annotations.NullMarked;
