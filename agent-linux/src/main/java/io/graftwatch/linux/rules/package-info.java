/// The audit rules that this host needs, rendered from what exists on it: as values, as text for
/// `auditctl -R`, and as the kernel's `struct audit_rule_data`. Everything here is a pure function
/// of its arguments, but for [HostSurvey], which reads files.
@NullMarked
package io.graftwatch.linux.rules;

import org.jspecify.annotations.NullMarked;
