package io.graftwatch.linux.live;

import io.graftwatch.linux.rules.Abi;
import io.graftwatch.linux.rules.AuditRule;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What to do about kernel audit.
///
/// @param abi the machine's native system call interface
/// @param pid the agent's process id
/// @param rules renders the rules that must be loaded, again and again as the host changes; null =
///   rules and switches are left to others
/// @param prefix what the keys of all our rules start with
/// @param log `audit.log`, to catch up from after a restart
record AuditPlan(
    Abi abi, int pid, @Nullable Supplier<List<AuditRule>> rules, String prefix, Path log) {}
