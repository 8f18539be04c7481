/// What servers, the kernel and services write about themselves: error logs, syslog and the
/// journal, read into facts about starts, reloads, failed loads and crashes. Text after the first
/// field that a client can choose never makes such a fact.
@NullMarked
package io.graftwatch.linux.log;

import org.jspecify.annotations.NullMarked;
