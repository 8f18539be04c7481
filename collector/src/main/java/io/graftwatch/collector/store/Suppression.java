package io.graftwatch.collector.store;

/// Incidents that are kept off the list until a moment; they are stored, counted and found all the
/// same.
///
/// @param id the store's own number, 0 before it has one
/// @param expires milliseconds since the epoch
/// @param endedAt when somebody ended it early, 0 for not
public record Suppression(
    long id, Scope scope, String reason, String by, long madeAt, long expires, long endedAt) {
  /// An empty part is any; not all three are.
  public record Scope(String host, String component, String analytic) {
    public Scope {
      if (component.isEmpty() && (host.isEmpty() || analytic.isEmpty())) {
        throw new IllegalArgumentException("this would hide whole hosts or analytics");
      }
    }

    /// The component of this incident on its host.
    public static Scope componentHere(Incident incident) {
      return new Scope(incident.host(), incident.component(), "");
    }

    public static Scope componentEverywhere(Incident incident) {
      return new Scope("", incident.component(), "");
    }

    public static Scope analyticHere(Incident incident) {
      return new Scope(incident.host(), "", incident.analytic());
    }
  }

  public boolean active(long now) {
    return endedAt == 0 && expires > now;
  }
}
