/// What agents talk to: enrolment, findings, heartbeats, policy, renewal. An agent is who its
/// certificate says, and whatever else names it must agree.
@NullMarked
package io.graftwatch.collector.ingest;

import org.jspecify.annotations.NullMarked;
