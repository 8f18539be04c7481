/// Real servers of this machine under attack, the agent as it is shipped beside them on the real
/// kernel audit.
@NullMarked
package io.graftwatch.testbed.attacks;

import org.jspecify.annotations.NullMarked;
