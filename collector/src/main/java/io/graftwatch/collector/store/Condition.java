package io.graftwatch.collector.store;

import java.util.Locale;

/// Something that is wrong with an agent, or with many at once. Times are milliseconds since the
/// epoch, 0 for never.
///
/// @param subject the agent's id, or [#FLEET]
/// @param part of what: a source, an analytic; empty for the whole
/// @param detail what is known, one sentence without its full stop
/// @param since when it began: names the episode
/// @param seen when it was last found to hold
/// @param clearedAt when it was found to hold no longer
/// @param toldAt when it became a finding, or part of one
/// @param revision of the finding's last record
/// @param gathered whether the fleet's finding speaks for it
/// @param members agents that the fleet's finding last spoke of
public record Condition(
    String subject,
    Kind kind,
    String part,
    String host,
    String detail,
    long since,
    long seen,
    long clearedAt,
    long toldAt,
    int revision,
    boolean gathered,
    long members) {
  /// The subject of a condition that many agents share.
  public static final String FLEET = "fleet";

  /// What can be wrong.
  public enum Kind {
    SILENT,
    CLONE,
    GAP,
    LEDGER,
    SOURCE,
    COVERAGE,
    CLOCK,
    CERTIFICATE;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// The kind of that [#word].
    public static Kind of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /// One that has just been found.
  public static Condition found(
      String subject, Kind kind, String part, String host, String detail, long now) {
    return new Condition(subject, kind, part, host, detail, now, now, 0, 0, 0, false, 0);
  }

  /// The same once its finding has this revision.
  public Condition told(long now, int number, boolean byTheFleet, long agents) {
    return new Condition(
        subject, kind, part, host, detail, since, seen, clearedAt, now, number, byTheFleet, agents);
  }

  /// The same with what is known.
  public Condition known(String what) {
    return new Condition(
        subject, kind, part, host, what, since, seen, clearedAt, toldAt, revision, gathered,
        members);
  }

  public boolean isFleet() {
    return subject.equals(FLEET);
  }

  public boolean isTold() {
    return toldAt > 0;
  }

  public boolean isOpen() {
    return clearedAt == 0;
  }
}
