package io.graftwatch.collector.ingest;

import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.delivery.finding.Receipt;

/// A refusal as programs read it.
public final class JsonRefusals {
  private JsonRefusals() {}

  public static Reply answer(Call call, Refusal refusal) {
    return Reply.json(
        refusal.status(), new Receipt.Refusal(refusal.code(), refusal.sentence(), call.now()));
  }
}
