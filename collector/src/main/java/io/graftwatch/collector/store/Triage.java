package io.graftwatch.collector.store;

import java.util.List;

/// What people make of incidents. Every change is taken down in the audit table with the incident's
/// `finding_info.uid` as its subject, and its agent.
public interface Triage {
  /// Where people are with an incident.
  enum State {
    NEW(0),
    ACKNOWLEDGED(1),
    CLOSED(2);

    private final int id;

    State(int id) {
      this.id = id;
    }

    /// As it is stored.
    public int id() {
      return id;
    }

    /// @throws IllegalArgumentException when no state has this number
    public static State of(int id) {
      for (State state : values()) {
        if (state.id == id) {
          return state;
        }
      }
      throw new IllegalArgumentException("no state of an incident has the number " + id);
    }
  }

  /// Takes incidents to a state. One that is there already is left alone.
  ///
  /// @param incidents the store's numbers
  /// @param verdict of a closed one; [Verdict#UNKNOWN] for the others
  /// @param note why, may be empty
  /// @return how many changed
  int judge(List<Long> incidents, State state, Verdict verdict, String note, Person who, long now)
      throws StoreException;

  /// Adds a note to an incident's history.
  void note(long incident, String text, Person who, long now) throws StoreException;

  void suppress(Suppression suppression, Person who, long now) throws StoreException;

  /// Shows again what a suppression hides.
  ///
  /// @return false when there is none that is active
  boolean end(long suppression, Person who, long now) throws StoreException;

  /// The active ones first, those that end last first; at most `limit`.
  List<Suppression> suppressions(int limit) throws StoreException;

  /// Incidents that a scope would have hidden since a moment, the latest first.
  Affected affected(Suppression.Scope scope, long since, int limit) throws StoreException;

  /// @param count all of them
  /// @param latest as many as were asked for
  record Affected(long count, List<Incident> latest) {
    public Affected {
      latest = List.copyOf(latest);
    }
  }

  /// Other incidents about the same component: the same path or the same hash.
  List<Incident> elsewhere(Incident incident, int limit) throws StoreException;
}
