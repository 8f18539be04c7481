package io.graftwatch.delivery.output;

import io.graftwatch.delivery.journal.Pending;
import io.graftwatch.delivery.output.HttpsPlace.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/// Findings to a service of somebody else's by HTTPS. What every such service answers alike is
/// decided here; the rest is its [HttpFormat]'s.
final class HttpOutput implements Output {
  private static final Verdict TAKEN = new Verdict.Taken();
  private static final int MAX_SECRET = 16 * 1024;
  private static final int MAX_EXCERPT = 300;

  private final HttpsPlace place;
  private final HttpFormat format;
  private final @Nullable Path tokenFile;

  /// @param tokenFile a secret, or a whole `Authorization` value; read anew for each batch
  HttpOutput(HttpsPlace place, HttpFormat format, @Nullable Path tokenFile) {
    this.place = place;
    this.format = format;
    this.tokenFile = tokenFile;
  }

  @Override
  public Answer send(String batch, List<Pending> records) {
    byte[] body = format.body(Finding.of(records));
    String authorization;
    Map<String, String> headers;
    try {
      authorization = authorization();
      headers = format.headers(body);
    } catch (IOException e) {
      return new Answer.Failed("a secret cannot be read: " + e.getMessage(), null);
    }
    Reply reply =
        post(format.url(place.base()), format.contentType(), body, headers, authorization);
    return switch (reply) {
      case Reply.Failure(String problem) -> new Answer.Failed(problem, null);
      case Reply.Answer answer -> {
        Answer common = common(answer);
        yield common != null
            ? common
            : format.judge(
                answer,
                records.size(),
                (where, type, further) ->
                    post(where.apply(place.base()), type, further, Map.of(), authorization));
      }
    };
  }

  private Reply post(
      HttpUrl url,
      String contentType,
      byte[] body,
      Map<String, String> headers,
      @Nullable String authorization) {
    var request =
        new Request.Builder()
            .url(url)
            .header("Content-Encoding", "gzip")
            .post(RequestBody.create(Batches.gzip(body), MediaType.parse(contentType)));
    headers.forEach(request::header);
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return place.exchange(request.build());
  }

  /// What a status says whoever answers; null when it is the format's to judge.
  private @Nullable Answer common(Reply.Answer answer) {
    int status = answer.status();
    return switch (status) {
      case 301, 302, 303, 307, 308 ->
          new Answer.Failed(
              place.where() + " answers with a redirect, which is not followed: correct url",
              answer.retryAfter());
      case 401, 403, 407 ->
          new Answer.Failed(
              "%s does not let us in (%d): %s"
                  .formatted(
                      place.where(),
                      status,
                      tokenFile == null
                          ? "it may want a token_file"
                          : "look at the token in " + tokenFile),
              answer.retryAfter());
      case 404, 405, 410 ->
          new Answer.Failed(
              "%s has nothing at %s (%d)"
                  .formatted(place.where(), format.url(place.base()).encodedPath(), status),
              answer.retryAfter());
      case 408, 429 ->
          new Answer.Failed(
              "%s is busy (%d)".formatted(place.where(), status), answer.retryAfter());
      case 413 -> new Answer.Refused("%s takes no body of that size".formatted(place.where()));
      default ->
          status >= 500
              ? new Answer.Failed(
                  "%s failed (%d)".formatted(place.where(), status), answer.retryAfter())
              : null;
    };
  }

  private @Nullable String authorization() throws IOException {
    if (tokenFile == null) {
      return null;
    }
    if (Files.size(tokenFile) > MAX_SECRET) {
      throw new IOException(tokenFile + " is longer than a secret");
    }
    String text = Files.readString(tokenFile, StandardCharsets.UTF_8).strip();
    if (text.isEmpty() || text.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw new IOException(tokenFile + " must hold one line of printable ASCII");
    }
    return whole(text) ? text : format.scheme() + " " + text;
  }

  private static boolean whole(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return List.of("basic ", "bearer ", "apikey ", "splunk ").stream().anyMatch(lower::startsWith);
  }

  @Override
  public void close() {
    place.close();
  }

  /// All of them.
  static Answer taken(int records) {
    return new Answer.Verdicts(new ArrayList<>(Collections.nCopies(records, TAKEN)));
  }

  /// What somebody else's answer says, short and printable.
  static String excerpt(byte @Nullable [] body) {
    return body == null || body.length == 0
        ? "without a word"
        : printable(
            new String(body, 0, Math.min(body.length, MAX_EXCERPT), StandardCharsets.UTF_8));
  }

  /// Text of somebody else's, for people: ASCII, on one line, not long.
  static String printable(String text) {
    var clean = new StringBuilder();
    text.chars().limit(MAX_EXCERPT).forEach(c -> clean.append(c < ' ' || c > '~' ? ' ' : (char) c));
    return clean.toString().strip();
  }
}
