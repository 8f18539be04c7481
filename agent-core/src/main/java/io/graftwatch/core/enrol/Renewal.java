package io.graftwatch.core.enrol;

import io.graftwatch.delivery.enrol.IssuedIdentity;
import io.graftwatch.delivery.enrol.RenewRequest;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.output.CollectorClient;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/// Gets the agent a new certificate, over a new key, once two thirds of the old one's life are
/// over. While the collector does not give one it asks again, less and less often, and says so; the
/// old certificate stays in use until the new one is on the disk.
///
/// One thread calls [#step]; [#problem] may be asked by any.
public final class Renewal {
  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private final TrustFolder folder;
  private final CollectorClient client;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private Duration pause = FIRST_PAUSE;
  private long again;
  private volatile @Nullable String problem;

  public Renewal(TrustFolder folder, CollectorClient client, InstantSource clock) {
    this.folder = folder;
    this.client = client;
    this.clock = clock;
  }

  /// What stands in the way of the renewal that is due; null when nothing does.
  public @Nullable String problem() {
    return problem;
  }

  /// Renews if it is time. To be called now and then.
  public void step() {
    long now = clock.millis();
    if (now < again) {
      return;
    }
    try {
      IssuedIdentity current = folder.identity();
      if (current != null && now >= due(current)) {
        renew(current, now);
      }
    } catch (IOException e) {
      failed("the trust folder cannot be used: " + e.getMessage(), now);
    }
  }

  /// When two thirds of a certificate's life are over, milliseconds since the epoch.
  static long due(IssuedIdentity identity) {
    return identity.time() + (identity.expires() - identity.time()) / 3 * 2;
  }

  private void renew(IssuedIdentity current, long now) throws IOException {
    var request = RenewRequest.of(current.agentId(), folder.nextKey(), random);
    switch (client.postJson("/v1/renew", "renewal", Json.bytes(request))) {
      case CollectorClient.Reply.Body(byte[] json) -> accept(current, json, now);
      case CollectorClient.Reply.Refusal(int status, var refusal, _) ->
          failed(
              ends(current) + client.where() + " refused with " + status + ": " + refusal.message(),
              now);
      case CollectorClient.Reply.Failure(String why, _) -> failed(ends(current) + why, now);
    }
  }

  private void accept(IssuedIdentity current, byte[] json, long now) throws IOException {
    IssuedIdentity renewed;
    try {
      renewed = Json.read(json, IssuedIdentity.class);
    } catch (IOException e) {
      failed(ends(current) + client.where() + " answered, but not with a certificate", now);
      return;
    }
    if (!renewed.agentId().equals(current.agentId())) {
      failed(ends(current) + client.where() + " answered for another agent", now);
      return;
    }
    folder.accept(renewed);
    pause = FIRST_PAUSE;
    again = 0;
    problem = null;
    Logger.info("The certificate is renewed until {}.", Instant.ofEpochMilli(renewed.expires()));
  }

  private static String ends(IssuedIdentity current) {
    return "The certificate ends "
        + Instant.ofEpochMilli(current.expires())
        + " and cannot be renewed yet; a new token for `graftwatch enroll` mends it too: ";
  }

  private void failed(String why, long now) {
    if (problem == null) {
      Logger.warn(why);
    }
    problem = why;
    again = now + pause.toMillis();
    Duration twice = pause.multipliedBy(2);
    pause = twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }
}
