package io.graftwatch.delivery.output;

import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Receipt;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.TlsVersion;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/// One collector's agent port: HTTPS with TLS 1.3, our certificate, our own trust. Redirects are
/// never followed. When a certificate or key file changes, the next request uses the new one.
///
/// Any thread; requests are made one after the other on one connection, which is kept.
public final class CollectorClient implements Closeable {
  private static final MediaType JSON = Objects.requireNonNull(MediaType.parse("application/json"));
  private static final long MAX_ANSWER = 4 << 20;
  private static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

  /// Longer than two heartbeats, so that a finding finds the connection warm.
  private static final Duration KEEP = Duration.ofSeconds(150);

  private final CollectorSettings settings;
  private final HttpUrl base;
  private @Nullable OkHttpClient client;
  private @Nullable Trust trust;
  private List<Long> stamp = List.of();

  public CollectorClient(CollectorSettings settings) {
    this.settings = settings;
    this.base = HttpUrl.get(settings.url());
  }

  /// What came back.
  public sealed interface Reply {
    /// A 2xx with a JSON body.
    record Body(byte[] json) implements Reply {}

    /// The collector itself says no, in its own form.
    ///
    /// @param status HTTP status
    record Refusal(int status, Receipt.Refusal refusal, @Nullable Duration retryAfter)
        implements Reply {}

    /// No answer, or not a collector's.
    ///
    /// @param problem one sentence
    record Failure(String problem, @Nullable Duration retryAfter) implements Reply {}
  }

  /// @param path `/v1/…`
  /// @param batch name of the request, repeated when the same is sent again
  /// @param gzip the body, JSON under gzip
  public Reply post(String path, String batch, byte[] gzip) {
    return exchange(
        request(path, batch)
            .header("Content-Encoding", "gzip")
            .post(RequestBody.create(gzip, JSON)));
  }

  /// The same with a body that is not compressed yet.
  public Reply postJson(String path, String batch, byte[] json) {
    return post(path, batch, Batches.gzip(json));
  }

  public Reply get(String path, String batch) {
    return exchange(request(path, batch));
  }

  /// As whom it calls.
  String agent() {
    return settings.agent();
  }

  /// Host and port, for messages.
  public String where() {
    String where = base.host() + ":" + base.port();
    return settings.proxy() == null ? where : where + " through proxy " + settings.proxy();
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.connectionPool().evictAll();
      client = null;
    }
  }

  private Request.Builder request(String path, String batch) {
    return new Request.Builder()
        .url(Objects.requireNonNull(base.resolve(path)))
        .header("Graftwatch-Protocol", "1")
        .header("Graftwatch-Agent", settings.agent())
        .header("Graftwatch-Boot", settings.boot())
        .header("Graftwatch-Batch", batch);
  }

  private synchronized Reply exchange(Request.Builder request) {
    Trust trusted;
    OkHttpClient ready;
    try {
      ready = ready();
      trusted = Objects.requireNonNull(trust);
    } catch (IOException e) {
      return new Reply.Failure(String.valueOf(e.getMessage()), null);
    }
    try (Response response = ready.newCall(request.build()).execute()) {
      return read(response);
    } catch (IOException e) {
      return new Reply.Failure(Problems.sentence(where(), trusted, e), null);
    }
  }

  private Reply read(Response response) throws IOException {
    Duration retryAfter = retryAfter(response.header("Retry-After"));
    byte[] body = body(response);
    if (response.isRedirect()) {
      return new Reply.Failure(
          "%s answers with a redirect to %s, which is not followed: correct collector.url"
              .formatted(where(), printable(response.header("Location"))),
          retryAfter);
    }
    if (!isJson(response) || body == null) {
      return new Reply.Failure(
          "%s answered %d, but not as a collector does (%s): is there a proxy or a portal in the way?"
              .formatted(where(), response.code(), printable(response.header("Content-Type"))),
          retryAfter);
    }
    if (response.isSuccessful()) {
      return new Reply.Body(body);
    }
    try {
      Receipt.Refusal refusal = Json.read(body, Receipt.Refusal.class);
      if (refusal.error() != null) {
        return new Reply.Refusal(response.code(), refusal, retryAfter);
      }
    } catch (IOException notOurs) {
      // Falls through: not a collector's form.
    }
    return new Reply.Failure("%s answered %d".formatted(where(), response.code()), retryAfter);
  }

  private static byte @Nullable [] body(Response response) throws IOException {
    BufferedSource source = response.body().source();
    if (source.request(MAX_ANSWER + 1)) {
      return null;
    }
    return source.readByteArray();
  }

  private static boolean isJson(Response response) {
    String type = response.header("Content-Type");
    return type != null && type.startsWith("application/json");
  }

  /// Seconds only; a date would trust the other side's clock.
  private static @Nullable Duration retryAfter(@Nullable String header) {
    if (header == null) {
      return null;
    }
    try {
      long seconds = Math.clamp(Long.parseLong(header.strip()), 0, MAX_RETRY_AFTER.toSeconds());
      return Duration.ofSeconds(seconds);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static String printable(@Nullable String header) {
    String text = header == null ? "none" : header;
    return text.substring(0, Math.min(text.length(), 200));
  }

  private OkHttpClient ready() throws IOException {
    List<Long> now =
        List.of(
            stamp(settings.caFile()), stamp(settings.certificateFile()), stamp(settings.keyFile()));
    OkHttpClient current = client;
    if (current != null && now.equals(stamp)) {
      return current;
    }
    Trust loaded = Trust.load(settings.caFile(), settings.certificateFile(), settings.keyFile());
    if (current != null) {
      current.connectionPool().evictAll();
    }
    OkHttpClient fresh = build(loaded);
    trust = loaded;
    client = fresh;
    stamp = now;
    return fresh;
  }

  private OkHttpClient build(Trust loaded) {
    ConnectionSpec tls13 =
        new ConnectionSpec.Builder(ConnectionSpec.RESTRICTED_TLS)
            .tlsVersions(TlsVersion.TLS_1_3)
            .build();
    var builder =
        new OkHttpClient.Builder()
            .sslSocketFactory(loaded.sockets(), loaded)
            .socketFactory(new NoDelaySockets())
            .connectionSpecs(Collections.singletonList(tls13))
            .protocols(Collections.singletonList(Protocol.HTTP_1_1))
            .connectionPool(new ConnectionPool(1, KEEP.toSeconds(), TimeUnit.SECONDS))
            .fastFallback(false)
            .followRedirects(false)
            .followSslRedirects(false)
            .connectTimeout(settings.connect())
            .readTimeout(settings.deadline())
            .writeTimeout(settings.deadline())
            .callTimeout(settings.deadline())
            .proxy(Proxy.NO_PROXY);
    ProxySetting proxy = settings.proxy();
    if (proxy != null) {
      builder.proxy(
          new Proxy(
              Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host(), proxy.port())));
      String user = proxy.user();
      String password = proxy.password();
      if (user != null && password != null) {
        builder.proxyAuthenticator((_, response) ->
            response.request().header("Proxy-Authorization") != null
                ? null
                : response
                    .request()
                    .newBuilder()
                    .header("Proxy-Authorization", Credentials.basic(user, password))
                    .build());
      }
    }
    return builder.build();
  }

  /// Changes when the file does; 0 when it is not there.
  private static long stamp(@Nullable Path file) throws IOException {
    return file == null || !Files.exists(file)
        ? 0
        : Files.getLastModifiedTime(file).toMillis() * 31 + Files.size(file);
  }
}
