package io.graftwatch.delivery.finding;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who says it, under which name and in which place of the agent's sequence (OCSF `metadata`).
///
/// @param version of OCSF: [#OCSF]
/// @param uid the record's own id, see [FindingId#revision]; the collector stores each once
/// @param eventCode MITRE analytic: `AN1508`
/// @param sequence counts the agent's records without a gap, from 1; the journal gives it
/// @param loggedTime when the journal took it, milliseconds since the epoch
/// @param isTruncated evidence was left out to keep the record within its size; null when whole
/// @param untruncatedSize bytes of JSON before that
/// @param labels `ruleset:…`, `config_sha256:…`
public record Metadata(
    String version,
    String uid,
    @Nullable String eventCode,
    @Nullable Long sequence,
    @Nullable Long loggedTime,
    @Nullable Boolean isTruncated,
    @Nullable Integer untruncatedSize,
    Product product,
    List<String> profiles,
    List<String> labels) {
  public static final String OCSF = "1.8.0";
  private static final List<String> PROFILES = List.of("host", "security_control");

  /// The software that speaks.
  ///
  /// @param feature its part: `agent-linux`
  public record Product(
      String name, String vendorName, @Nullable String version, @Nullable Feature feature) {
    /// @param feature module that watches: `agent-linux`
    /// @param version of Graftwatch
    public static Product graftwatch(String feature, String version) {
      return new Product("Graftwatch", "Graftwatch", version, new Feature(feature, version));
    }
  }

  public record Feature(String name, @Nullable String version) {}

  public Metadata {
    profiles = Lists.copy(profiles);
    labels = Lists.copy(labels);
  }

  /// Metadata as detection writes it, before the journal gave it a sequence.
  public static Metadata of(String uid, String analytic, Product product, List<String> labels) {
    return new Metadata(OCSF, uid, analytic, null, null, null, null, product, PROFILES, labels);
  }

  public Metadata withSequence(long sequence) {
    return new Metadata(
        version,
        uid,
        eventCode,
        sequence,
        loggedTime,
        isTruncated,
        untruncatedSize,
        product,
        profiles,
        labels);
  }

  public Metadata withLoggedTime(long millis) {
    return new Metadata(
        version,
        uid,
        eventCode,
        sequence,
        millis,
        isTruncated,
        untruncatedSize,
        product,
        profiles,
        labels);
  }

  public Metadata truncated(int fullSize) {
    return new Metadata(
        version, uid, eventCode, sequence, loggedTime, true, fullSize, product, profiles, labels);
  }
}
