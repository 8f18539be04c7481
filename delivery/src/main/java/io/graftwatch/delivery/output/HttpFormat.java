package io.graftwatch.delivery.output;

import io.graftwatch.delivery.output.HttpsPlace.Reply;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import okhttp3.HttpUrl;

/// How one kind of service takes findings: where, in what form, and what its answers mean.
interface HttpFormat {
  /// The scheme of an `Authorization` whose file holds only a secret: `ApiKey`, `Splunk`, `Bearer`.
  String scheme();

  /// @param configured the URL of the configuration
  HttpUrl url(HttpUrl configured);

  String contentType();

  /// The batch as a body, not compressed.
  byte[] body(List<Finding> findings);

  /// Headers beside type, encoding and authorization.
  ///
  /// @throws IOException when a file that they are made with cannot be read
  default Map<String, String> headers(byte[] body) throws IOException {
    return Map.of();
  }

  /// What an answer of status 2xx, or one that is not an answer of the transport alone, says.
  ///
  /// @param exchange for services that confirm in a second exchange
  Output.Answer judge(Reply.Answer answer, int records, Exchange exchange);

  /// A further exchange with the same service, at a URL made from the configured one.
  @FunctionalInterface
  interface Exchange {
    Reply post(UnaryOperator<HttpUrl> where, String contentType, byte[] body);
  }
}
