/// Connections as others than the audit system saw them: a recorded socket table, conntrack, and
/// the sensors Zeek and Suricata. All but the first know both ends and no process.
@NullMarked
package io.graftwatch.linux.flow;

import org.jspecify.annotations.NullMarked;
