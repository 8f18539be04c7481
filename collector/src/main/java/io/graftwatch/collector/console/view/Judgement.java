package io.graftwatch.collector.console.view;

import java.util.List;

/// What people made of an incident, and what they can make of it.
///
/// @param id the store's number
/// @param state empty when nobody has looked
/// @param closed by somebody
/// @param back address of this page
/// @param history the latest act first
/// @param elsewhere other incidents about the same component
public record Judgement(
    long id,
    String state,
    boolean closed,
    List<Answer> verdicts,
    String back,
    String suppressHref,
    List<Done> history,
    List<Other> elsewhere) {
  public record Done(When when, String who, String what, String detail) {}

  public record Other(Level level, String message, String host, String href, When when) {}

  public Judgement {
    verdicts = List.copyOf(verdicts);
    history = List.copyOf(history);
    elsewhere = List.copyOf(elsewhere);
  }
}
