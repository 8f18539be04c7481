/// Kernel audit text, from `audit.log` or a netlink socket: records, their reassembly into events,
/// and the mapping of events to facts. It decides nothing about what a fact means.
@NullMarked
package io.graftwatch.linux.audit;

import org.jspecify.annotations.NullMarked;
