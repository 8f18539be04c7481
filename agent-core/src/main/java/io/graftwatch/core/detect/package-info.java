/// Facts to evidence, evidence to cases, cases to findings. A pure function of facts and of the
/// clock that facts carry: no file, no network, no clock of its own.
@NullMarked
package io.graftwatch.core.detect;

import org.jspecify.annotations.NullMarked;
