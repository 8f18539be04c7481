package io.graftwatch.core.enrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.graftwatch.delivery.enrol.IssuedIdentity;
import io.graftwatch.delivery.enrol.SignedPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustFolderTest {
  @TempDir private Path state;

  private static IssuedIdentity identity(KeyPair policyKey) {
    String key = Base64.getEncoder().encodeToString(policyKey.getPublic().getEncoded());
    return new IssuedIdentity(
        "agent-1", "certificate", List.of("authority"), key, "https://localhost:8443", 2, 1);
  }

  @Test
  void a_policy_stays_with_its_collector() throws Exception {
    KeyPair one = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    KeyPair other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    TrustFolder trust = TrustFolder.open(state);
    assertThat(TrustFolder.policy(state)).isNull();
    trust.accept(identity(one));
    SignedPolicy policy = SignedPolicy.of(4, "[site]\n", one.getPrivate());
    trust.accept(policy);
    trust.accept(identity(one));
    assertThat(TrustFolder.policy(state)).as("a renewal keeps it").isEqualTo(policy);

    trust.accept(SignedPolicy.of(5, "[site]\n", other.getPrivate()));
    assertThatThrownBy(() -> TrustFolder.policy(state))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not signed by the collector");

    trust.accept(policy);
    trust.accept(identity(other));
    assertThat(TrustFolder.policy(state)).as("another collector has its own").isNull();
  }
}
