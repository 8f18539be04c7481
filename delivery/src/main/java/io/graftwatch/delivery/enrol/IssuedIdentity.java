package io.graftwatch.delivery.enrol;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/// The answer to [EnrolRequest] and [RenewRequest]: who the agent is from now on, and whom it
/// trusts.
///
/// @param agentId UUIDv7; the certificate names it as SAN `URI:urn:graftwatch:agent:<id>`
/// @param certificate the agent's certificate, PEM
/// @param authorities the collector's certificate authorities, PEM each, newest first: what the
///   agent trusts servers by, and the chain it sends along
/// @param policyKey Ed25519 SubjectPublicKeyInfo in DER, base64: signs policies and nothing else
/// @param agentUrl where findings go: `https://collector.example.net:8443`
/// @param expires end of the certificate's life, milliseconds since the epoch
/// @param time the collector's clock, milliseconds since the epoch
@JsonNaming(SnakeCaseStrategy.class)
public record IssuedIdentity(
    String agentId,
    String certificate,
    List<String> authorities,
    String policyKey,
    String agentUrl,
    long expires,
    long time) {
  public IssuedIdentity {
    Possession.require("agent_id", agentId);
    Possession.require("certificate", certificate);
    Possession.require("authorities", authorities);
    Possession.require("policy_key", policyKey);
    Possession.require("agent_url", agentUrl);
    authorities = List.copyOf(authorities);
  }
}
