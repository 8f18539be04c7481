package io.graftwatch.collector.store;

/// Something that somebody did and that changed something.
///
/// @param at milliseconds since the epoch
/// @param who name of a [Person]
/// @param action a word or two, such as `close`
/// @param subject what was changed, such as a finding's or an agent's id
/// @param detail free text, may be empty
public record Act(long at, String who, String action, String subject, String detail) {}
