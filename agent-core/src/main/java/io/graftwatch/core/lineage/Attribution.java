package io.graftwatch.core.lineage;

/// Which server instance something belongs to, and how sure that is (detection-spec section 3).
///
/// @param instance the server instance
/// @param quality 0 to 1, multiplies evidence
/// @param basis how it was found
/// @param server the process is the server itself, not something below it
public record Attribution(ServerInstance instance, double quality, Basis basis, boolean server) {

  /// How an attribution was found, best first.
  public enum Basis {
    LINEAGE(1.0),
    CONTAINMENT(0.9),
    ADOPTION(0.9),
    NAME(0.8),
    USER(0.6),
    /// The record itself names the instance: log lines, registrations.
    NAMED(1.0);

    private final double quality;

    Basis(double quality) {
      this.quality = quality;
    }

    public double quality() {
      return quality;
    }
  }

  static Attribution of(ServerInstance instance, Basis basis, boolean server) {
    return new Attribution(instance, basis.quality(), basis, server);
  }

  /// A record that names the instance itself.
  public static Attribution named(ServerInstance instance) {
    return of(instance, Basis.NAMED, false);
  }
}
