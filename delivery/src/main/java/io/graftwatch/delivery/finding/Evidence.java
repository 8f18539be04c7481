package io.graftwatch.delivery.finding;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One piece of evidence (OCSF `evidences`).
///
/// @param name code and what it means: `P1 component placed`
/// @param uid the same as in [FindingInfo.RelatedEvent]
/// @param actor who did it
/// @param data what else is known: `code`, `class`, `p`, `record`, `stage`, …
public record Evidence(
    String name,
    @Nullable String uid,
    @Nullable Actor actor,
    @Nullable ProcessInfo process,
    @Nullable FileInfo file,
    @Nullable Job job,
    @Nullable Endpoint srcEndpoint,
    @Nullable Endpoint dstEndpoint,
    @Nullable ConnectionInfo connectionInfo,
    Map<String, Object> data) {
  public record Actor(@Nullable ProcessInfo process, @Nullable User user) {}

  /// A scheduled job or service.
  public record Job(
      String name, @Nullable String cmdLine, @Nullable FileInfo file, @Nullable User user) {}

  /// One end of a connection; ip or hostname must be there.
  public record Endpoint(@Nullable String ip, @Nullable String hostname, @Nullable Integer port) {}

  /// @param protocolName `tcp`, `udp`
  /// @param protocolNum IANA number: 6, 17
  /// @param directionId OCSF: 0 unknown, 1 inbound, 2 outbound
  /// @param direction `Unknown`, `Inbound`, `Outbound`
  public record ConnectionInfo(
      @Nullable String protocolName,
      @Nullable Integer protocolNum,
      int directionId,
      String direction) {
    public static ConnectionInfo outbound(String protocolName) {
      return new ConnectionInfo(protocolName, numberOf(protocolName), 2, "Outbound");
    }

    public static ConnectionInfo inbound(String protocolName) {
      return new ConnectionInfo(protocolName, numberOf(protocolName), 1, "Inbound");
    }

    private static @Nullable Integer numberOf(String protocolName) {
      return switch (protocolName) {
        case "tcp" -> 6;
        case "udp" -> 17;
        case "sctp" -> 132;
        default -> null;
      };
    }
  }

  public Evidence {
    data = Lists.copy(data);
  }

  public static Builder builder(String name, Map<String, Object> data) {
    return new Builder(name, data);
  }

  /// Collects the parts of one evidence; each setter takes null for none.
  public static final class Builder {
    private final String name;
    private final Map<String, Object> data;
    private @Nullable String uid;
    private @Nullable Actor actor;
    private @Nullable ProcessInfo process;
    private @Nullable FileInfo file;
    private @Nullable Job job;
    private @Nullable Endpoint source;
    private @Nullable Endpoint destination;
    private @Nullable ConnectionInfo connection;

    private Builder(String name, Map<String, Object> data) {
      this.name = name;
      this.data = data;
    }

    public Builder uid(@Nullable String value) {
      uid = value;
      return this;
    }

    public Builder actor(@Nullable Actor value) {
      actor = value;
      return this;
    }

    public Builder process(@Nullable ProcessInfo value) {
      process = value;
      return this;
    }

    public Builder file(@Nullable FileInfo value) {
      file = value;
      return this;
    }

    public Builder job(@Nullable Job value) {
      job = value;
      return this;
    }

    public Builder source(@Nullable Endpoint value) {
      source = value;
      return this;
    }

    public Builder destination(@Nullable Endpoint value) {
      destination = value;
      return this;
    }

    public Builder connection(@Nullable ConnectionInfo value) {
      connection = value;
      return this;
    }

    public Evidence build() {
      return new Evidence(
          name, uid, actor, process, file, job, source, destination, connection, data);
    }
  }
}
