package io.graftwatch.delivery.output;

import io.graftwatch.delivery.finding.Heartbeat;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Receipt;
import io.graftwatch.delivery.journal.Pending;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Findings and heartbeats to a Graftwatch collector. A record is taken only when the receipt names
/// the batch and that very record; anything else that comes back with 200 is a failure.
public final class CollectorOutput implements Output {
  private static final String FINDINGS = "/v1/findings";
  private static final String HEARTBEAT = "/v1/heartbeat";

  private final CollectorClient client;
  private final InstantSource clock;
  private final RandomGenerator random;
  private volatile State state = new State(null, null, null, false, 0, 0);

  public CollectorOutput(CollectorClient client, InstantSource clock, RandomGenerator random) {
    this.client = client;
    this.clock = clock;
    this.random = random;
  }

  /// How it stands with the collector, for status and heartbeat.
  ///
  /// @param answered when it last answered as it should, milliseconds since the epoch
  /// @param problem what is wrong now, one sentence; null when nothing is
  /// @param skewMillis our clock minus its clock
  /// @param unauthorised it does not know us, or does not want us any more: enrol again
  /// @param storedSequence up to which it holds all our records
  /// @param policyVersion that it wants us to have
  public record State(
      @Nullable Long answered,
      @Nullable String problem,
      @Nullable Long skewMillis,
      boolean unauthorised,
      long storedSequence,
      long policyVersion) {
    private State failing(String why) {
      return new State(answered, why, skewMillis, unauthorised, storedSequence, policyVersion);
    }

    private State refusing(String why, boolean unknown, @Nullable Long skew) {
      return new State(answered, why, skew, unknown, storedSequence, policyVersion);
    }
  }

  public State state() {
    return state;
  }

  @Override
  public Answer send(String batch, List<Pending> records) {
    long sent = clock.millis();
    CollectorClient.Reply reply =
        client.post(FINDINGS, batch, Batches.array(records, client.agent()));
    if (reply instanceof CollectorClient.Reply.Body body) {
      try {
        Receipt receipt = Json.read(body.json(), Receipt.class);
        if (batch.equals(receipt.batch())) {
          answered(sent, receipt.time(), receipt.storedSequence(), state.policyVersion());
          return new Answer.Verdicts(verdicts(receipt, records));
        }
        return failed("its receipt is for another batch");
      } catch (IOException e) {
        return failed("its receipt cannot be read");
      }
    }
    return refusedOrFailed(reply);
  }

  /// Tells the collector how we are; also keeps the connection warm.
  ///
  /// @return its answer; null when there was none, and [#state] says why
  public Receipt.@Nullable Beat heartbeat(Heartbeat heartbeat) {
    long sent = clock.millis();
    String batch = Shipper.newBatch(random);
    CollectorClient.Reply reply = client.postJson(HEARTBEAT, batch, Json.bytes(heartbeat));
    if (reply instanceof CollectorClient.Reply.Body body) {
      try {
        Receipt.Beat beat = Json.read(body.json(), Receipt.Beat.class);
        if (batch.equals(beat.batch())) {
          answered(sent, beat.time(), beat.storedSequence(), beat.policyVersion());
          return beat;
        }
        failed("its answer is for another heartbeat");
      } catch (IOException e) {
        failed("its answer to a heartbeat cannot be read");
      }
      return null;
    }
    refusedOrFailed(reply);
    return null;
  }

  @Override
  public void close() {
    client.close();
  }

  private static List<Verdict> verdicts(Receipt receipt, List<Pending> records) {
    Map<String, Receipt.Item> items = new HashMap<>();
    for (Receipt.Item item : receipt.results()) {
      if (item.uid() != null) {
        items.put(item.uid(), item);
      }
    }
    return records.stream().map(record -> verdict(items.get(record.uid()))).toList();
  }

  private static Verdict verdict(Receipt.@Nullable Item item) {
    return switch (item) {
      case null -> new Verdict.Again();
      case Receipt.Item(_, Receipt.Verdict verdict, String reason) ->
          switch (verdict) {
            case STORED, DUPLICATE -> new Verdict.Taken();
            case REJECTED ->
                new Verdict.Rejected(
                    Objects.requireNonNullElse(reason, "rejected without a reason"));
            case null, default -> new Verdict.Again();
          };
    };
  }

  /// 400, 413, 415 and 422 from the collector itself mean that something in the batch is wrong; all
  /// else passes.
  private Answer refusedOrFailed(CollectorClient.Reply reply) {
    return switch (reply) {
      case CollectorClient.Reply.Refusal(int status, Receipt.Refusal refusal, var retryAfter) -> {
        String problem =
            "%s refused with %d %s: %s"
                .formatted(client.where(), status, refusal.error(), refusal.message());
        Long skew =
            refusal.time() > 0 ? (Long) (clock.millis() - refusal.time()) : state.skewMillis();
        state = state.refusing(problem, status == 401 || status == 403, skew);
        yield switch (status) {
          case 400, 413, 415, 422 -> new Answer.Refused(problem);
          default -> new Answer.Failed(problem, retryAfter);
        };
      }
      case CollectorClient.Reply.Failure(String problem, var retryAfter) -> {
        state = state.failing(problem);
        yield new Answer.Failed(problem, retryAfter);
      }
      case CollectorClient.Reply.Body _ -> failed("its answer is of no use");
    };
  }

  private Answer failed(String what) {
    String problem = client.where() + " answered, but " + what;
    state = state.failing(problem);
    return new Answer.Failed(problem, null);
  }

  private void answered(long sent, long time, long storedSequence, long policyVersion) {
    long now = clock.millis();
    state = new State(now, null, (sent + now) / 2 - time, false, storedSequence, policyVersion);
  }
}
