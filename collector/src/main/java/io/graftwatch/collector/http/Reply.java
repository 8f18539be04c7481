package io.graftwatch.collector.http;

import io.graftwatch.collector.store.StoreException;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// An answer.
///
/// @param type media type; empty when there is no body
public record Reply(int status, String type, Body body, List<Header> headers) {
  /// A header that is not the same on every answer.
  public record Header(String name, String value) {}

  /// What is sent after the headers.
  sealed interface Body permits Whole, Stream {}

  /// Bytes in memory, which nobody changes.
  static final class Whole implements Body {
    private final byte[] bytes;

    private Whole(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  /// What is made while it is sent, so that it may be of any length. When it fails half-way the
  /// connection is broken off: whoever reads must not take a part for the whole.
  @FunctionalInterface
  public non-sealed interface Stream extends Body {
    void writeTo(OutputStream out) throws IOException, StoreException;
  }

  public Reply {
    headers = List.copyOf(headers);
  }

  public static Reply of(int status, String type, byte[] body) {
    return new Reply(status, type, new Whole(body), List.of());
  }

  public static Reply stream(String type, Stream body) {
    return new Reply(200, type, body, List.of());
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
