/// Carries what the journal holds to a collector or a file: batches, verdicts for each record,
/// waiting when the other side fails. OkHttp is known here and nowhere else in this module.
@NullMarked
package io.graftwatch.delivery.output;

import org.jspecify.annotations.NullMarked;
