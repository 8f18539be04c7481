/// The fleet's health: what a heartbeat means, who is silent, and which of that becomes a finding.
/// Told once, however many collectors look and however often they restart.
@NullMarked
package io.graftwatch.collector.watch;

import org.jspecify.annotations.NullMarked;
