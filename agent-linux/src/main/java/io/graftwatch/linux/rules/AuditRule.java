package io.graftwatch.linux.rules;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A rule of the kernel's exit filter.
///
/// @param always record what matches; false = never record it
/// @param first goes before all rules that exist, so that it decides
/// @param abi interface whose numbers `syscalls` have; null = any, for rules without system calls
/// @param syscalls which calls; empty = all
/// @param terms conditions, all of which must hold
/// @param key label in the records
public record AuditRule(
    boolean always,
    boolean first,
    @Nullable Abi abi,
    List<Syscall> syscalls,
    List<Term> terms,
    String key) {

  /// Longest key that the kernel takes (`AUDIT_MAX_KEY_LEN`).
  static final int MAX_KEY = 256;

  public AuditRule {
    syscalls = List.copyOf(syscalls);
    terms = List.copyOf(terms);
    if (key.isEmpty() || key.length() > MAX_KEY) {
      throw new IllegalArgumentException("key of " + key.length() + " characters");
    }
  }

  static AuditRule always(Abi abi, List<Syscall> syscalls, String key, Term... terms) {
    return new AuditRule(true, false, abi, syscalls, List.of(terms), key);
  }

  /// A change of anything under a folder, or of one file.
  static AuditRule changed(Term where, String key, Term... more) {
    var terms = new java.util.ArrayList<Term>(List.of(where, Term.CHANGED));
    terms.addAll(List.of(more));
    return new AuditRule(true, false, null, List.of(), terms, key);
  }

  /// One line of a rules file, as `auditctl` takes it.
  public String text() {
    var line = new StringBuilder(first ? "-A " : "-a ");
    line.append(always ? "always,exit" : "never,exit");
    if (abi != null) {
      line.append(" -F arch=").append(abi.text());
    }
    if (!syscalls.isEmpty()) {
      line.append(" -S ").append(names());
    }
    for (Term term : terms) {
      line.append(" -F ").append(term);
    }
    return line.append(" -k ").append(key).toString();
  }

  private String names() {
    return syscalls.stream()
        .map(syscall -> syscall.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(","));
  }
}
