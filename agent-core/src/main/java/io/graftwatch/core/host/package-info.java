/// What this machine and this process are: names, versions, own cost. The only package that knows
/// OSHI, and it is asked beside the path of events, each time with a deadline.
@NullMarked
package io.graftwatch.core.host;

import org.jspecify.annotations.NullMarked;
