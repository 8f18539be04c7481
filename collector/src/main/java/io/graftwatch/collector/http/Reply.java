package io.graftwatch.collector.http;

import io.graftwatch.delivery.finding.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// An answer, complete in memory.
///
/// @param type media type; empty when there is no body
/// @param body sent as it is; nobody changes it
public record Reply(int status, String type, Body body, List<Header> headers) {
  /// A header that is not the same on every answer.
  public record Header(String name, String value) {}

  /// The bytes of an answer.
  public static final class Body {
    private final byte[] bytes;

    private Body(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  public Reply {
    headers = List.copyOf(headers);
  }

  public static Reply of(int status, String type, byte[] body) {
    return new Reply(status, type, new Body(body), List.of());
  }

  public static Reply json(Object value) {
    return json(200, value);
  }

  public static Reply json(int status, Object value) {
    return of(status, "application/json", Json.bytes(value));
  }

  public static Reply html(int status, String page) {
    return of(status, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
  }

  /// @param location path on this server
  public static Reply seeOther(String location) {
    return of(303, "", new byte[0]).with("Location", location);
  }

  public Reply with(String name, String value) {
    var more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Reply(status, type, body, more);
  }
}
