package io.graftwatch.core.enrol;

import io.graftwatch.delivery.enrol.EnrolRequest;
import io.graftwatch.delivery.enrol.EnrolToken;
import io.graftwatch.delivery.enrol.HostFacts;
import io.graftwatch.delivery.enrol.IssuedIdentity;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Receipt;
import io.graftwatch.delivery.output.ProxySetting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionSpec;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.TlsVersion;
import org.jspecify.annotations.Nullable;

/// One attempt after another to become an agent of the collector that a token is for. The
/// connection is made to whoever has the pinned authority and to nobody else, so the secret leaves
/// only after the handshake has proven that.
public final class Enrolment {
  private static final MediaType JSON = Objects.requireNonNull(MediaType.parse("application/json"));
  private static final int MAX_ANSWER = 256 * 1024;

  private final EnrolToken token;
  private final TrustFolder folder;
  private final HostFacts facts;
  private final OkHttpClient client;
  private final SecureRandom random = new SecureRandom();

  /// What one attempt came to.
  public sealed interface Outcome {
    /// The identity is in the trust folder.
    record Enrolled(IssuedIdentity identity) implements Outcome {}

    /// No use in trying again.
    record Refused(String problem) implements Outcome {}

    /// It may work later.
    record Later(String problem) implements Outcome {}
  }

  public Enrolment(
      EnrolToken token,
      TrustFolder folder,
      HostFacts facts,
      @Nullable ProxySetting proxy,
      Duration timeout)
      throws IOException {
    this.token = token;
    this.folder = folder;
    this.facts = facts;
    this.client = client(token.pin().trustManager(), proxy, timeout);
  }

  private static OkHttpClient client(
      X509TrustManager trust, @Nullable ProxySetting proxy, Duration timeout) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, new TrustManager[] {trust}, null);
      var builder =
          new OkHttpClient.Builder()
              .sslSocketFactory(context.getSocketFactory(), trust)
              .connectionSpecs(
                  List.of(
                      new ConnectionSpec.Builder(ConnectionSpec.RESTRICTED_TLS)
                          .tlsVersions(TlsVersion.TLS_1_3)
                          .build()))
              .followRedirects(false)
              .followSslRedirects(false)
              .connectTimeout(timeout)
              .callTimeout(timeout);
      if (proxy != null) {
        builder.proxy(
            new Proxy(
                Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host(), proxy.port())));
        if (proxy.user() != null) {
          String login =
              Credentials.basic(proxy.user(), Objects.requireNonNullElse(proxy.password(), ""));
          builder.proxyAuthenticator((_, response) ->
              response.request().header("Proxy-Authorization") != null
                  ? null
                  : response.request().newBuilder().header("Proxy-Authorization", login).build());
        }
      }
      return builder.build();
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  /// Tries once.
  ///
  /// @throws IOException when the trust folder cannot be written
  public Outcome attempt() throws IOException {
    EnrolRequest body = EnrolRequest.of(token, folder.nextKey(), facts, random);
    HttpUrl url =
        new HttpUrl.Builder()
            .scheme("https")
            .host(token.host())
            .port(token.port())
            .addPathSegments("v1/enrol")
            .build();
    Request request =
        new Request.Builder()
            .url(url)
            .header("Graftwatch-Protocol", "1")
            .post(RequestBody.create(Json.bytes(body), JSON))
            .build();
    byte[] answer;
    int status;
    try (Response response = client.newCall(request).execute()) {
      status = response.code();
      answer = response.body().byteStream().readNBytes(MAX_ANSWER);
    } catch (SSLHandshakeException e) {
      return new Outcome.Refused(token.address() + ": " + deepest(e));
    } catch (IOException e) {
      return new Outcome.Later(token.address() + " cannot be reached: " + deepest(e));
    }
    return status == 200 ? enrolled(answer) : refused(status, answer);
  }

  private Outcome enrolled(byte[] answer) throws IOException {
    IssuedIdentity identity;
    try {
      identity = Json.read(answer, IssuedIdentity.class);
    } catch (IOException e) {
      return new Outcome.Later(token.address() + " answered, but not as a collector does");
    }
    folder.accept(identity);
    return new Outcome.Enrolled(identity);
  }

  /// 4xx is about this token or this request; 408, 429 and 5xx pass.
  private Outcome refused(int status, byte[] answer) {
    String why = "it answered " + status;
    try {
      Receipt.Refusal refusal = Json.read(answer, Receipt.Refusal.class);
      why = why + " " + refusal.error() + ": " + refusal.message();
    } catch (IOException _) {
      // Not a collector's answer; the status has to do.
    }
    String problem = token.address() + " refused: " + why;
    boolean passes = status == 408 || status == 429 || status >= 500;
    return passes ? new Outcome.Later(problem) : new Outcome.Refused(problem);
  }

  private static String deepest(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; i < 8 && cause.getCause() != null; i++) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
