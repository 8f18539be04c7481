package io.graftwatch.linux.live;

import io.graftwatch.linux.rules.Abi;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What to do about kernel audit.
///
/// @param abi the machine's native system call interface
/// @param pid the agent's process id
/// @param rules looks over the host, again and again; null = rules and switches are left to others
/// @param prefix what the keys of all our rules start with
/// @param log `audit.log`, to catch up from after a restart
record AuditPlan(Abi abi, int pid, @Nullable Supplier<Wanted> rules, String prefix, Path log) {}
