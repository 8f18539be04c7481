package io.graftwatch.collector.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.graftwatch.collector.ingest.JsonRefusals;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.support.Tls;
import io.graftwatch.collector.trust.Authority;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Answers that are made while they are sent.
class StreamTest {
  private static final byte[] MEGABYTE = new byte[1 << 20];
  private static final int MEGABYTES = 16;

  @TempDir private Path folder;

  @Test
  void aLongOneArrivesWholeAndABrokenOneIsNotTakenForWhole() throws Exception {
    var random = new SecureRandom();
    var authority = Authority.open(folder.resolve("trust"), random, Instant.now());
    var router =
        new Router()
            .add("GET", "/long", _ -> Reply.stream("text/plain", out -> write(out, MEGABYTES)))
            .add(
                "GET",
                "/broken",
                _ ->
                    Reply.stream(
                        "text/plain",
                        out -> {
                          write(out, 2);
                          throw new StoreException("gone");
                        }));
    var site = new Site(router, JsonRefusals::answer, Map.of());
    var listener = new Listener("console", "127.0.0.1", 0, false, 10_000, 9, site);
    try (var server =
            new HttpsServer(
                List.of(listener),
                authority.server(List.of("localhost"), random, Instant.now()),
                authority.clients(),
                InstantSource.system());
        var client = Tls.trusting(authority.pin().trustManager())) {
      server.start();
      URI console = URI.create("https://localhost:" + server.port("console"));
      HttpResponse<byte[]> whole = send(client, "GET", console.resolve("/long"));
      assertThat(whole.body()).hasSize(MEGABYTES << 20);
      assertThat(send(client, "HEAD", console.resolve("/long")).body()).isEmpty();
      assertThatThrownBy(() -> send(client, "GET", console.resolve("/broken")))
          .isInstanceOf(IOException.class);
    }
  }

  private static void write(OutputStream out, int megabytes) throws IOException {
    for (int i = 0; i < megabytes; i++) {
      out.write(MEGABYTE);
    }
  }

  private static HttpResponse<byte[]> send(HttpClient client, String method, URI uri)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build();
    return client.send(request, BodyHandlers.ofByteArray());
  }
}
