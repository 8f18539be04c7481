package io.graftwatch.collector.store;

/// Something that somebody did and that changed something.
///
/// @param at milliseconds since the epoch
/// @param who name of a [Person]
/// @param action a word or two, such as `close`
/// @param subject what was changed, such as a finding's or an agent's id
/// @param agentId whose finding the subject is, since two agents may have found the same; empty for
///   any other subject
/// @param detail free text, may be empty
public record Act(
    long at, String who, String action, String subject, String agentId, String detail) {
  public Act(long at, String who, String action, String subject, String detail) {
    this(at, who, action, subject, "", detail);
  }

  /// What was done to an incident.
  public static Act on(Incident incident, long at, String who, String action, String detail) {
    return new Act(at, who, action, incident.findingUid(), incident.agentId(), detail);
  }
}
