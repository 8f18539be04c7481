/// The logs of ESXi hosts read over SSH, where syslog cannot be had: pinned keys, one channel a
/// file, resumed where the last one broke off.
@NullMarked
package io.graftwatch.esxi.ssh;

import org.jspecify.annotations.NullMarked;
