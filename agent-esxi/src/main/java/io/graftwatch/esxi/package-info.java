/// VMware ESXi, from outside: the agent runs beside the hosts and reads what they send by syslog or
/// what stands in their log files. Everything about the native format stands here, nothing about
/// detection.
@NullMarked
package io.graftwatch.esxi;

import org.jspecify.annotations.NullMarked;
