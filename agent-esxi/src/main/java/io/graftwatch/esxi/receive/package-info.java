/// The syslog receiver: the one listener of the product, off unless configured, bound as
/// configured, and open to the configured senders only.
@NullMarked
package io.graftwatch.esxi.receive;

import org.jspecify.annotations.NullMarked;
