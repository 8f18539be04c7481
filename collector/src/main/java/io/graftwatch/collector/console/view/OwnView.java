package io.graftwatch.collector.console.view;

import java.util.List;

/// Somebody's own settings.
///
/// @param done what was just done, empty for nothing
/// @param problem with what was typed, empty for none
public record OwnView(List<Session> sessions, String done, String problem) {
  /// @param here whether it is the session that looks
  public record Session(String id, String address, When created, When used, boolean here) {}
}
