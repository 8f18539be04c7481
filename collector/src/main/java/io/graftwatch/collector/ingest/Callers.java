package io.graftwatch.collector.ingest;

import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Endpoint;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Fleet;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.trust.Authority;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/// Who is calling: the agent that the client certificate names, as long as it has not been revoked.
///
/// Revocation is the agent's row in the store. It is looked at on every request, also on
/// connections that were open before, and remembered for two seconds.
public final class Callers {
  private static final String PROTOCOL = "1";
  private static final long REMEMBER_MILLIS = 2_000;
  private static final int MAX_REMEMBERED = 200_000;
  private static final int MAX_HEADER = 128;

  private final Fleet fleet;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  private record Seen(Fleet.Standing standing, long at) {}

  /// @param agentId from the certificate
  record Caller(String agentId) {}

  /// An endpoint for an agent that has been identified.
  @FunctionalInterface
  interface AgentEndpoint {
    Reply answer(Call call, Caller caller) throws Refusal, StoreException;
  }

  public Callers(Fleet fleet) {
    this.fleet = fleet;
  }

  Endpoint identified(AgentEndpoint endpoint) {
    return call -> endpoint.answer(call, identify(call));
  }

  private Caller identify(Call call) throws Refusal, StoreException {
    X509Certificate certificate = call.peer();
    String agentId = certificate == null ? null : Authority.agentId(certificate);
    if (agentId == null || standing(agentId, call.now()) != Fleet.Standing.ACTIVE) {
      throw Refusal.unauthorized();
    }
    if (!PROTOCOL.equals(call.header("Graftwatch-Protocol"))) {
      throw Refusal.of(
          400, "unsupported_protocol", "this collector speaks Graftwatch-Protocol " + PROTOCOL);
    }
    requireSame(agentId, call.header("Graftwatch-Agent"), "the header Graftwatch-Agent");
    return new Caller(agentId);
  }

  private Fleet.Standing standing(String agentId, long now) throws StoreException {
    Seen last = seen.get(agentId);
    if (last == null || now - last.at > REMEMBER_MILLIS || now < last.at) {
      if (seen.size() >= MAX_REMEMBERED) {
        seen.clear();
      }
      last = new Seen(fleet.standing(agentId), now);
      seen.put(agentId, last);
    }
    return last.standing;
  }

  /// What names an agent must name the one that is calling.
  ///
  /// @param named null when nothing is named
  static void requireSame(String agentId, @Nullable String named, String where) throws Refusal {
    if (named != null && !named.equals(agentId)) {
      Logger.warn("SECURITY: agent {} sent a request in which {} names another", agentId, where);
      throw Refusal.of(
          403, "identity_mismatch", where + " names another agent than the certificate");
    }
  }

  /// A header that the protocol asks for: printable ASCII, not empty, bounded.
  static String required(Call call, String name) throws Refusal {
    String value = call.header(name);
    if (value == null
        || value.isEmpty()
        || value.length() > MAX_HEADER
        || !value.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
      throw Refusal.of(400, "bad_header", "the header " + name + " is missing or malformed");
    }
    return value;
  }
}
