package io.graftwatch.delivery.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxySettingTest {
  private static final String HOST = "collector.example.net";

  @Test
  void theConfigurationWinsOverTheEnvironment() {
    Map<String, String> environment = Map.of("HTTPS_PROXY", "http://env:1");
    assertThat(ProxySetting.choose("http://u:p:x@cfg:3128", environment, HOST))
        .isEqualTo(new ProxySetting("cfg", 3128, "u", "p:x"));
    assertThat(ProxySetting.choose("none", environment, HOST)).isNull();
    assertThat(ProxySetting.choose(null, environment, HOST))
        .isEqualTo(new ProxySetting("env", 1, null, null));
    assertThat(ProxySetting.choose(null, Map.of(), HOST)).isNull();
  }

  @Test
  void noProxyNamesHostsAndAllBelow() {
    assertThat(exempt("example.net")).isTrue();
    assertThat(exempt("other, .Example.Net")).isTrue();
    assertThat(exempt("*")).isTrue();
    assertThat(exempt("collector.example.net")).isTrue();
    assertThat(exempt("ample.net")).isFalse();
    assertThat(exempt(",")).isFalse();
  }

  private static boolean exempt(String list) {
    return ProxySetting.choose(null, Map.of("https_proxy", "p:1", "no_proxy", list), HOST) == null;
  }

  @Test
  void aPasswordIsNeverShown() {
    assertThat(ProxySetting.choose("http://u:secret@cfg:3128", Map.of(), HOST))
        .hasToString("cfg:3128");
    assertThatThrownBy(() -> ProxySetting.choose("socks://u:secret@cfg", Map.of(), HOST))
        .hasMessage("a proxy is http://[user:password@]host:port");
    assertThatThrownBy(() -> ProxySetting.choose("http://u:sec ret@cfg", Map.of(), HOST))
        .hasMessage("a proxy is http://[user:password@]host:port");
  }

  @Test
  void f30AProxyThatIsDownIsNamed(@TempDir Path temp) throws Exception {
    try (FakeCollector collector = new FakeCollector(temp)) {
      CollectorSettings direct = collector.settings();
      int closed;
      try (var socket = new ServerSocket(0)) {
        closed = socket.getLocalPort();
      }
      var settings =
          new CollectorSettings(
              direct.url(),
              direct.caFile(),
              direct.certificateFile(),
              direct.keyFile(),
              new ProxySetting("127.0.0.1", closed, "u", "p"),
              Duration.ofSeconds(5),
              Duration.ofSeconds(5),
              "a",
              "b");
      try (var client = new CollectorClient(settings)) {
        assertThat(client.get("/v1/policy", "x"))
            .isEqualTo(
                new CollectorClient.Reply.Failure(
                    "%s through proxy 127.0.0.1:%d does not accept connections"
                        .formatted(direct.url().substring(8), closed),
                    null));
      }
    }
  }
}
