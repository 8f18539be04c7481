package io.graftwatch.delivery.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.output.HttpsPlace.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/// Splunk's HTTP Event Collector, and what speaks like it. Success means accepted; where indexer
/// acknowledgement is on, a batch counts as taken only once the indexers have it.
///
/// The service knows no ids: a batch that is sent again is there twice, and `metadata.uid` tells.
final class SplunkFormat implements HttpFormat {
  private static final Duration FIRST_ASK = Duration.ofMillis(250);
  private static final int ASKS = 8;

  private final @Nullable String index;
  private final @Nullable String channel;
  private final CountDownLatch never = new CountDownLatch(1);

  /// @param index null for the token's own
  /// @param channel of indexer acknowledgement; null when it is off
  SplunkFormat(@Nullable String index, @Nullable UUID channel) {
    this.index = index;
    this.channel = channel == null ? null : channel.toString();
  }

  @Override
  public String scheme() {
    return "Splunk";
  }

  @Override
  public HttpUrl url(HttpUrl configured) {
    return configured.encodedPath().equals("/")
        ? configured.newBuilder().encodedPath("/services/collector/event").build()
        : configured;
  }

  @Override
  public String contentType() {
    return "application/json";
  }

  @Override
  public Map<String, String> headers(byte[] body) {
    return channel == null ? Map.of() : Map.of("X-Splunk-Request-Channel", channel);
  }

  /// Objects one after the other, not an array.
  @Override
  public byte[] body(List<Finding> findings) {
    var out = new ByteArrayOutputStream();
    for (Finding finding : findings) {
      ObjectNode event = Json.mapper().createObjectNode();
      event.put("time", "%d.%03d".formatted(finding.time() / 1000, finding.time() % 1000));
      event.put("host", finding.host());
      event.put("source", "graftwatch");
      event.put("sourcetype", "graftwatch:finding");
      if (index != null) {
        event.put("index", index);
      }
      event.set("event", finding.ocsf());
      event
          .putObject("fields")
          .put("uid", finding.uid())
          .put("severity_id", finding.severity())
          .put("analytic", finding.analytic().path("uid").asText(""));
      out.writeBytes(Json.bytes(event));
      out.write('\n');
    }
    return out.toByteArray();
  }

  @Override
  public Output.Answer judge(Reply.Answer answer, int records, Exchange exchange) {
    JsonNode body = read(answer);
    if (!answer.successful()) {
      return new Output.Answer.Refused(
          "refused (%d): %s".formatted(answer.status(), HttpOutput.excerpt(answer.body())));
    }
    if (channel == null) {
      return HttpOutput.taken(records);
    }
    JsonNode id = body.path("ackId");
    if (!id.isIntegralNumber()) {
      return new Output.Answer.Failed(
          "the answer holds no ackId: is indexer acknowledgement on for this token?", null);
    }
    return confirmed(id.asLong(), exchange)
        ? HttpOutput.taken(records)
        : new Output.Answer.Failed("the indexers have not confirmed in time", null);
  }

  private boolean confirmed(long id, Exchange exchange) {
    Duration pause = FIRST_ASK;
    for (int ask = 0; ask < ASKS; ask++) {
      if (isConfirmed(id, exchange)) {
        return true;
      }
      try {
        if (never.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return false;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
      pause = pause.multipliedBy(2);
    }
    return false;
  }

  private boolean isConfirmed(long id, Exchange exchange) {
    ObjectNode question = Json.mapper().createObjectNode();
    question.putArray("acks").add(id);
    Reply reply =
        exchange.post(
            url ->
                url.newBuilder()
                    .encodedPath("/services/collector/ack")
                    .setQueryParameter("channel", channel)
                    .build(),
            contentType(),
            Json.bytes(question));
    return reply instanceof Reply.Answer answer
        && answer.successful()
        && read(answer).path("acks").path(Long.toString(id)).asBoolean();
  }

  private static JsonNode read(Reply.Answer answer) {
    byte[] body = answer.body();
    try {
      return Json.mapper().readTree(body == null ? new byte[0] : body);
    } catch (IOException e) {
      return Json.mapper().createObjectNode();
    }
  }
}
