package io.graftwatch.core.enrol;

import io.graftwatch.core.config.ConfigFile;
import io.graftwatch.delivery.config.ConfigException;
import io.graftwatch.delivery.enrol.IssuedIdentity;
import io.graftwatch.delivery.enrol.SignedPolicy;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.output.CollectorClient;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/// Gets the collector's policy when it has a newer one, and keeps it if it is signed by the key
/// that this host was given at enrolment, has a higher version than the one that is kept, and can
/// be used as a whole. Else the last good one stays, and the agent says why.
///
/// One thread calls [#step]; [#problem] may be asked by any.
public final class PolicyUpdate {
  private final Path stateDir;
  private final TrustFolder folder;
  private final CollectorClient client;
  private final Runnable arrived;
  private long refused;
  private volatile @Nullable String problem;

  /// @param stateDir where the policy is kept, below `trust/`
  /// @param arrived called when a new one is kept
  public PolicyUpdate(Path stateDir, TrustFolder folder, CollectorClient client, Runnable arrived) {
    this.stateDir = stateDir;
    this.folder = folder;
    this.client = client;
    this.arrived = arrived;
  }

  /// Why the collector's newest policy is not kept; null when it is.
  public @Nullable String problem() {
    return problem;
  }

  /// @param offered version that the collector has, as its answer to a heartbeat says
  public void step(long offered) {
    try {
      if (offered > kept() && offered != refused) {
        fetch(offered);
      }
    } catch (IOException e) {
      failed(offered, "cannot be kept: " + e.getMessage());
    }
  }

  /// Version of the policy that is kept, 0 when there is none that is good.
  private long kept() {
    try {
      SignedPolicy policy = TrustFolder.policy(stateDir);
      return policy == null ? 0 : policy.version();
    } catch (IOException e) {
      return 0;
    }
  }

  private void fetch(long offered) throws IOException {
    switch (client.get("/v1/policy", "policy")) {
      case CollectorClient.Reply.Body(byte[] json) -> accept(offered, json);
      // Whatever it is, the next heartbeat meets it too, and tells.
      case CollectorClient.Reply.Refusal _, CollectorClient.Reply.Failure _ -> {}
    }
  }

  private void accept(long offered, byte[] json) throws IOException {
    SignedPolicy policy;
    try {
      policy = Json.read(json, SignedPolicy.class);
    } catch (IOException e) {
      refused(offered, "cannot be read");
      return;
    }
    IssuedIdentity identity = folder.identity();
    if (identity == null || !policy.isSignedBy(identity.policyKey())) {
      refused(offered, "is not signed by the key that this host was given at enrolment");
    } else if (policy.version() <= kept()) {
      refused(offered, "has version " + policy.version() + ", which is no newer one");
    } else {
      try {
        ConfigFile.check(policy);
      } catch (ConfigException e) {
        refused(offered, "cannot be used: " + e.getMessage());
        return;
      }
      folder.accept(policy);
      problem = null;
      Logger.info("The collector's policy {} is kept.", policy.version());
      arrived.run();
    }
  }

  /// It is not asked for again before another one is offered.
  private void refused(long offered, String why) {
    refused = offered;
    failed(offered, why);
  }

  private void failed(long offered, String why) {
    String sentence = "POLICY_REJECTED, the last good one stays: policy " + offered + " " + why;
    if (!sentence.equals(problem)) {
      Logger.warn(sentence);
    }
    problem = sentence;
  }
}
