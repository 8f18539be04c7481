package io.graftwatch.collector.http;

import java.util.Map;

/// What one listener serves.
///
/// @param refused how a refusal looks here
/// @param headers on every answer
public record Site(Router router, Refused refused, Map<String, String> headers) {
  /// Turns a refusal into an answer.
  @FunctionalInterface
  public interface Refused {
    Reply answer(Call call, Refusal refusal);
  }

  public Site {
    headers = Map.copyOf(headers);
  }
}
