/// What agent and collector share: findings, the journal that keeps them until somebody answers for
/// them, and the outputs that carry them.
@NullMarked
package io.graftwatch.delivery;

import org.jspecify.annotations.NullMarked;
