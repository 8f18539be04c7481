package io.graftwatch.delivery.output;

import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Receipt;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.TlsVersion;
import org.jspecify.annotations.Nullable;

/// One collector's agent port: HTTPS with TLS 1.3, our certificate, our own trust.
///
/// Any thread; requests are made one after the other on one connection, which is kept.
public final class CollectorClient implements Closeable {
  private static final MediaType JSON = Objects.requireNonNull(MediaType.parse("application/json"));

  private final CollectorSettings settings;
  private final HttpsPlace place;

  public CollectorClient(CollectorSettings settings) {
    this.settings = settings;
    this.place =
        new HttpsPlace(
            new HttpsPlace.Settings(
                settings.url(),
                settings.caFile(),
                settings.certificateFile(),
                settings.keyFile(),
                settings.proxy(),
                settings.connect(),
                settings.deadline(),
                TlsVersion.TLS_1_3));
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
    return place.where();
  }

  @Override
  public void close() {
    place.close();
  }

  private Request.Builder request(String path, String batch) {
    return new Request.Builder()
        .url(Objects.requireNonNull(place.base().resolve(path)))
        .header("Graftwatch-Protocol", "1")
        .header("Graftwatch-Agent", settings.agent())
        .header("Graftwatch-Boot", settings.boot())
        .header("Graftwatch-Batch", batch);
  }

  private Reply exchange(Request.Builder request) {
    return switch (place.exchange(request.build())) {
      case HttpsPlace.Reply.Failure(String problem) -> new Reply.Failure(problem, null);
      case HttpsPlace.Reply.Answer answer -> read(answer);
    };
  }

  private Reply read(HttpsPlace.Reply.Answer answer) {
    Duration retryAfter = answer.retryAfter();
    if (answer.status() / 100 == 3) {
      return new Reply.Failure(
          "%s answers with a redirect to %s, which is not followed: correct collector.url"
              .formatted(where(), printable(answer.location())),
          retryAfter);
    }
    byte[] body = answer.body();
    if (!isJson(answer) || body == null) {
      return new Reply.Failure(
          "%s answered %d, but not as a collector does (%s): is there a proxy or a portal in the way?"
              .formatted(where(), answer.status(), printable(answer.contentType())),
          retryAfter);
    }
    if (answer.successful()) {
      return new Reply.Body(body);
    }
    try {
      Receipt.Refusal refusal = Json.read(body, Receipt.Refusal.class);
      if (refusal.error() != null) {
        return new Reply.Refusal(answer.status(), refusal, retryAfter);
      }
    } catch (IOException notOurs) {
      // Falls through: not a collector's form.
    }
    return new Reply.Failure("%s answered %d".formatted(where(), answer.status()), retryAfter);
  }

  private static boolean isJson(HttpsPlace.Reply.Answer answer) {
    String type = answer.contentType();
    return type != null && type.startsWith("application/json");
  }

  private static String printable(@Nullable String header) {
    String text = header == null ? "none" : header;
    return text.substring(0, Math.min(text.length(), 200));
  }
}
