package io.graftwatch.collector.store;

import io.graftwatch.delivery.enrol.HostFacts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Agents, the tokens they came with, and what they last said of themselves. Times are milliseconds
/// since the epoch.
public interface Fleet {
  /// @param secret digest of the token's secret
  /// @param uses how many agents may come with it
  /// @param group what the administrator calls the agents that come with it; may be empty
  record Token(String id, Digest secret, int uses, long expires, String group) {}

  void add(Token token, long now) throws StoreException;

  /// The digest of a token's secret if it exists and has not expired.
  @Nullable Digest tokenSecret(String tokenId, long now) throws StoreException;

  /// Spends one use of a token on a new agent. A key that came with this token before is the same
  /// agent and spends nothing.
  ///
  /// @param key digest of the agent's public key
  /// @param agentId for a new agent
  /// @return the agent's id, or null when the token is spent or expired or the agent was revoked
  @Nullable String enrol(String tokenId, Digest key, HostFacts host, String agentId, long now)
      throws StoreException;

  enum Standing {
    ACTIVE,
    REVOKED,
    UNKNOWN
  }

  Standing standing(String agentId) throws StoreException;

  /// @return false when there is no such agent
  boolean revoke(String agentId, long now) throws StoreException;

  /// Notes until when an agent's newest certificate is valid.
  void certified(String agentId, long expires) throws StoreException;

  /// Keeps an agent's latest heartbeat.
  ///
  /// @return as in [Findings.Appended#storedSequence]
  long beat(String agentId, Deflated heartbeat, long now) throws StoreException;

  /// Agents by host name.
  ///
  /// @param afterHost last host name of the page before, empty for the first
  List<Agent> agents(String afterHost, int limit) throws StoreException;

  /// @param lastSeen of the latest heartbeat, 0 when there was none
  /// @param heartbeat null when there was none
  record Agent(
      String id,
      HostFacts host,
      String group,
      boolean revoked,
      long enrolledAt,
      long certificateExpires,
      long storedSequence,
      long lastSeen,
      @Nullable Deflated heartbeat) {}
}
