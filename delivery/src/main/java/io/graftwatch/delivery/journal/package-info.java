/// The durable spool: findings until each output has them, and the agent's position. It survives
/// being killed at any byte, a full disk and damaged files, and says exactly what was lost.
@NullMarked
package io.graftwatch.delivery.journal;

import org.jspecify.annotations.NullMarked;
