package io.graftwatch.delivery.enrol;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SignedPolicyTest {
  private final KeyPair keys = keys();
  private final String known = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());

  private static KeyPair keys() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void everyPartIsSigned() throws Exception {
    SignedPolicy policy = SignedPolicy.of(7, "[site]\n", keys.getPrivate());
    assertThat(policy.isSignedBy(known)).isTrue();
    assertThat(new SignedPolicy(8, policy.toml(), policy.signature()).isSignedBy(known)).isFalse();
    assertThat(new SignedPolicy(7, "[site]", policy.signature()).isSignedBy(known)).isFalse();
    assertThat(new SignedPolicy(7, policy.toml(), "").isSignedBy(known)).isFalse();
    assertThat(new SignedPolicy(7, policy.toml(), "no base64").isSignedBy(known)).isFalse();
    assertThat(SignedPolicy.NONE.isSignedBy(known)).isFalse();
  }

  @Test
  void aPolicyOfAnotherKeyIsNoPolicy() throws Exception {
    SignedPolicy policy = SignedPolicy.of(7, "[site]\n", keys().getPrivate());
    assertThat(policy.isSignedBy(known)).isFalse();
    assertThat(policy.isSignedBy("not a key")).isFalse();
  }

  @Test
  void aPolicyThatIsTooLongIsNotTaken() throws Exception {
    String text = "#".repeat(SignedPolicy.MAX_LENGTH + 1);
    assertThat(SignedPolicy.of(1, text, keys.getPrivate()).isSignedBy(known)).isFalse();
  }
}
