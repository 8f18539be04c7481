package io.graftwatch.delivery.output;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
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
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.TlsVersion;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/// One service that is reached by HTTPS: our trust, our certificate where we have one, the proxy,
/// deadlines. Redirects are never followed, link-local addresses never connected to. When a
/// certificate or key file changes, the next request uses the new one.
///
/// Any thread; requests are made one after the other on one connection, which is kept.
final class HttpsPlace implements Closeable {
  private static final long MAX_ANSWER = 4 << 20;
  private static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

  /// Longer than two heartbeats, so that a finding finds the connection warm.
  private static final Duration KEEP = Duration.ofSeconds(150);

  private final Settings settings;
  private final HttpUrl base;
  private @Nullable OkHttpClient client;
  private @Nullable Trust trust;
  private List<Long> stamp = List.of();

  /// @param url `https://…`; `http://…` for this machine only
  /// @param caFile PEM certificates that we trust, and nothing else; null for the system's
  /// @param certificateFile our own certificate chain, PEM; null or missing for none
  /// @param keyFile its private key, PEM PKCS#8
  /// @param connect longest wait for a connection, TLS included in each of its steps
  /// @param deadline longest time for a whole exchange
  /// @param oldest TLS version that is still spoken
  record Settings(
      String url,
      @Nullable Path caFile,
      @Nullable Path certificateFile,
      @Nullable Path keyFile,
      @Nullable ProxySetting proxy,
      Duration connect,
      Duration deadline,
      TlsVersion oldest) {}

  HttpsPlace(Settings settings) {
    this.settings = settings;
    this.base = HttpUrl.get(settings.url());
  }

  /// What came back.
  sealed interface Reply {
    /// An answer, whatever it says.
    ///
    /// @param body null when it is longer than 4 MiB
    record Answer(
        int status,
        @Nullable String contentType,
        @Nullable String location,
        @Nullable Duration retryAfter,
        byte @Nullable [] body)
        implements Reply {
      boolean successful() {
        return status / 100 == 2;
      }
    }

    /// None.
    ///
    /// @param problem one sentence
    record Failure(String problem) implements Reply {}
  }

  HttpUrl base() {
    return base;
  }

  /// Host and port, for messages.
  String where() {
    String where = base.host() + ":" + base.port();
    return settings.proxy() == null ? where : where + " through proxy " + settings.proxy();
  }

  synchronized Reply exchange(Request request) {
    Trust trusted;
    OkHttpClient ready;
    try {
      ready = ready();
      trusted = Objects.requireNonNull(trust);
    } catch (IOException e) {
      return new Reply.Failure(String.valueOf(e.getMessage()));
    }
    try (Response response = ready.newCall(request).execute()) {
      return new Reply.Answer(
          response.code(),
          response.header("Content-Type"),
          response.header("Location"),
          retryAfter(response.header("Retry-After")),
          body(response));
    } catch (IOException e) {
      return new Reply.Failure(Problems.sentence(where(), trusted, e));
    }
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.connectionPool().evictAll();
      client = null;
    }
  }

  private static byte @Nullable [] body(Response response) throws IOException {
    BufferedSource source = response.body().source();
    if (source.request(MAX_ANSWER + 1)) {
      return null;
    }
    return source.readByteArray();
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
    ConnectionSpec spoken =
        base.isHttps()
            ? new ConnectionSpec.Builder(ConnectionSpec.RESTRICTED_TLS)
                .tlsVersions(
                    settings.oldest() == TlsVersion.TLS_1_3
                        ? new TlsVersion[] {TlsVersion.TLS_1_3}
                        : new TlsVersion[] {TlsVersion.TLS_1_3, TlsVersion.TLS_1_2})
                .build()
            : ConnectionSpec.CLEARTEXT;
    var builder =
        new OkHttpClient.Builder()
            .sslSocketFactory(loaded.sockets(), loaded)
            .socketFactory(new NoDelaySockets())
            .connectionSpecs(Collections.singletonList(spoken))
            .dns(HttpsPlace::addresses)
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

  /// Link-local addresses are no service of a site: they lead to a cloud's metadata.
  static List<InetAddress> addresses(String host) throws UnknownHostException {
    List<InetAddress> found = Dns.SYSTEM.lookup(host);
    List<InetAddress> usable = found.stream().filter(a -> !a.isLinkLocalAddress()).toList();
    if (usable.isEmpty()) {
      throw new UnknownHostException(host + " has link-local addresses only");
    }
    return usable;
  }
}
