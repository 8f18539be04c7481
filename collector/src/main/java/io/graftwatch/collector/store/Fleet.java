package io.graftwatch.collector.store;

import io.graftwatch.delivery.enrol.HostFacts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Agents and the tokens they came with. Times are milliseconds since the epoch.
public interface Fleet {
  /// @param secret digest of the token's secret
  /// @param uses how many agents may come with it
  /// @param group what the administrator calls the agents that come with it; may be empty
  record Token(String id, Digest secret, int uses, long expires, String group) {}

  void add(Token token, Act act) throws StoreException;

  /// Those that an agent may still come with, the latest first, at most 200.
  List<Token> openTokens(long now) throws StoreException;

  /// @return false when there is no such token
  boolean revokeToken(String tokenId, Act act) throws StoreException;

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

  /// @return null when there is no such agent
  @Nullable String hostname(String agentId) throws StoreException;

  /// @return false when there is no such agent, or it was revoked before
  boolean revoke(String agentId, Act act) throws StoreException;

  /// Notes from when to when an agent's newest certificate is valid.
  ///
  /// @param authorities what it was given with it, as `Authority.generation` names it
  void certified(String agentId, String authorities, long now, long expires) throws StoreException;

  /// Agents whose certificate is still valid and that were last given other authorities.
  long givenOthers(String authorities, long now) throws StoreException;
}
