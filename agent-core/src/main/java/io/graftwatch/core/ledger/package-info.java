/// What was read, lost and delivered, whether the sums close, and what could therefore not be seen.
@NullMarked
package io.graftwatch.core.ledger;

import org.jspecify.annotations.NullMarked;
