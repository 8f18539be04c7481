package io.graftwatch.delivery.enrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.Test;

class EnrolmentWireTest {
  private static final String PIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPo";
  private static final HostFacts WEB01 =
      new HostFacts("web01", "5f1c", "b3d0", "Debian GNU/Linux 12", "0.1.0");
  private final ObjectMapper json = new ObjectMapper();

  @Test
  void tokenIsSplitFromTheRightBecauseHostNamesHoldDots() {
    var token = EnrolToken.parse(" gw1.col.example.net:9443." + PIN + ".t1.s3cret\n");
    assertThat(token.host()).isEqualTo("col.example.net");
    assertThat(token.port()).isEqualTo(9443);
    assertThat(token.pin()).hasToString(PIN);
    assertThat(token.tokenId()).isEqualTo("t1");
    assertThat(token.secret()).isEqualTo("s3cret");
    assertThat(EnrolToken.parse(token.text())).isEqualTo(token);
    assertThat(token.toString()).doesNotContain("s3cret");
    assertThat(EnrolToken.parse("gw1.[2001:db8::1]:9443." + PIN + ".t1.s").host())
        .isEqualTo("2001:db8::1");
  }

  @Test
  void whatIsNoTokenIsRefusedWithoutRepeatingTheSecret() {
    for (String bad :
        new String[] {
          "",
          "gw1.",
          "gw2.host:1." + PIN + ".t.hunter2",
          "gw1.host." + PIN + ".t.hunter2",
          "gw1.host:99999." + PIN + ".t.hunter2",
          "gw1.host:9443.AAAA.t.hunter2",
          "gw1.host:9443.!!!.t.hunter2",
          "gw1.host:9443." + PIN + "..hunter2",
          "gw1.hunter2"
        }) {
      assertThatThrownBy(() -> EnrolToken.parse(bad), bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("hunter2");
    }
  }

  @Test
  void aRequestProvesItsKeyAndEveryFieldIsUnderTheSignature() throws Exception {
    var token = EnrolToken.parse("gw1.host:9443." + PIN + ".t1.s3cret");
    KeyPair keys = keys("secp256r1");
    var sent = EnrolRequest.of(token, keys, WEB01, new SecureRandom());
    var got = json.readValue(json.writeValueAsBytes(sent), EnrolRequest.class);
    assertThat(got).isEqualTo(sent);
    assertThat(got.provenKey()).isEqualTo(keys.getPublic());
    assertThat(json.readTree(json.writeValueAsBytes(sent)).at("/host/machine_id").asText())
        .isEqualTo("5f1c");

    String[] f = {got.tokenId(), got.secret(), got.spki(), got.nonce()};
    for (int i = 0; i < f.length; i++) {
      String[] g = f.clone();
      g[i] = i == 2 ? Possession.spki(keys("secp256r1").getPublic()) : g[i] + "x";
      var forged = new EnrolRequest(g[0], g[1], g[2], got.host(), g[3], got.signature());
      assertThat(forged.provenKey()).as("field %d", i).isNull();
    }
    var elsewhere = new HostFacts("web02", "5f1c", "b3d0", "Debian GNU/Linux 12", "0.1.0");
    assertThat(new EnrolRequest(f[0], f[1], f[2], elsewhere, f[3], got.signature()).provenKey())
        .isNull();
    // The same characters, cut elsewhere: lengths keep them apart.
    assertThat(
            new EnrolRequest("t1s", "3cret", f[2], got.host(), f[3], got.signature()).provenKey())
        .isNull();
  }

  @Test
  void onlyP256KeysAreProven() throws Exception {
    var token = EnrolToken.parse("gw1.host:9443." + PIN + ".t1.s3cret");
    var weak = EnrolRequest.of(token, keys("secp384r1"), WEB01, new SecureRandom());
    assertThat(weak.provenKey()).isNull();
    for (String spki : new String[] {"", "AAAA", "not base64", "A".repeat(100_000)}) {
      assertThat(new EnrolRequest("t", "s", spki, WEB01, "n", "c2ln").provenKey()).isNull();
    }
  }

  @Test
  void aRenewalIsBoundToItsAgent() throws Exception {
    KeyPair keys = keys("secp256r1");
    var sent = RenewRequest.of("agent-1", keys, new SecureRandom());
    var got = json.readValue(json.writeValueAsBytes(sent), RenewRequest.class);
    assertThat(got.provenKey("agent-1")).isEqualTo(keys.getPublic());
    assertThat(got.provenKey("agent-2")).isNull();
  }

  @Test
  void aMissingFieldIsNamed() {
    assertThatThrownBy(() -> json.readValue("{\"token_id\":\"t\"}", EnrolRequest.class))
        .hasMessageContaining("secret is missing");
    assertThatThrownBy(() -> new HostFacts("", "", "", "", ""))
        .hasMessageContaining("hostname is missing");
  }

  private static KeyPair keys(String curve) throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }
}
