package io.graftwatch.collector.store;

/// Who asks: a person with a session, or a program with a token.
///
/// @param name as the audit table holds it; a program's begins with `token `, which no person's can
public record Person(String name, Role role) {
  /// What somebody may do. Each role may do what those before it may.
  public enum Role {
    /// Looks.
    VIEWER,
    /// Judges findings.
    ANALYST,
    /// Lets people, programs and hosts in and out.
    ADMIN
  }

  public boolean may(Role needed) {
    return role.compareTo(needed) >= 0;
  }
}
