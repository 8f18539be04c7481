package io.graftwatch.collector.http;

import java.io.Serial;
import java.util.List;

/// Why a request is not served: status, a code for programs and a sentence for people.
public final class Refusal extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private final int status;
  private final String code;
  private final transient List<Reply.Header> headers;

  private Refusal(int status, String code, String message, List<Reply.Header> headers) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  public static Refusal of(int status, String code, String message) {
    return new Refusal(status, code, message, List.of());
  }

  /// For 429 and 503, which always say when to come again.
  public static Refusal retry(int status, String code, String message, int seconds) {
    var after = new Reply.Header("Retry-After", String.valueOf(seconds));
    return new Refusal(status, code, message, List.of(after));
  }

  /// One answer for everything that is wrong with a credential, so that it teaches nothing.
  public static Refusal unauthorized() {
    return of(401, "unauthorized", "this credential is not accepted");
  }

  public static Refusal notFound() {
    return of(404, "not_found", "there is nothing here");
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public String sentence() {
    return String.valueOf(getMessage());
  }

  public List<Reply.Header> headers() {
    return headers == null ? List.of() : headers;
  }
}
