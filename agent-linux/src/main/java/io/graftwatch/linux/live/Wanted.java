package io.graftwatch.linux.live;

import io.graftwatch.linux.rules.AuditRule;
import io.graftwatch.linux.rules.Running;
import java.util.List;

/// What a look over the host brought.
///
/// @param rules that must be loaded, in order
/// @param servers that run
record Wanted(List<AuditRule> rules, List<Running> servers) {
  Wanted {
    rules = List.copyOf(rules);
    servers = List.copyOf(servers);
  }
}
