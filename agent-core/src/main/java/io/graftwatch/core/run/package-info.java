/// The running agent: sources, detection, journal and delivery put together, kept going, reloaded
/// and stopped without losing anything. It decides nothing about what is malicious.
@NullMarked
package io.graftwatch.core.run;

import org.jspecify.annotations.NullMarked;
