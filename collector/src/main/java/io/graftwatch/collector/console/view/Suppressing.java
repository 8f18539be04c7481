package io.graftwatch.collector.console.view;

import java.util.List;

/// The form that suppresses what looks like one incident.
///
/// @param action where the form goes
/// @param scopes what can be suppressed; the taken one is previewed
/// @param scope the taken one
/// @param count incidents of the last 30 days that it would have hidden
public record Suppressing(
    String message,
    String action,
    String back,
    List<Choice> scopes,
    String scope,
    long count,
    List<Judgement.Other> hidden) {
  public Suppressing {
    scopes = List.copyOf(scopes);
    hidden = List.copyOf(hidden);
  }
}
