/// Real processes under faults: the agent and the collector as they are shipped, killed, starved
/// and lied to, and afterwards held to what docs/assurance.md promises.
@NullMarked
package io.graftwatch.testbed.faults;

import org.jspecify.annotations.NullMarked;
