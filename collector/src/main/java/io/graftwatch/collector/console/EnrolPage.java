package io.graftwatch.collector.console;

import io.graftwatch.collector.console.view.EnrolView;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Form;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.Fleet;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.text.Visible;
import io.graftwatch.collector.trust.Authority;
import io.graftwatch.delivery.enrol.EnrolToken;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Supplier;

/// Where administrators make the tokens that agents enrol with, and take them back.
final class EnrolPage {
  private static final int MAX_USES = 100_000;
  private static final int MAX_HOURS = 365 * 24;
  private static final int MAX_GROUP = 64;

  private final Fleet fleet;
  private final Supplier<EnrolToken> tokens;
  private final Instant authorityEnds;
  private final Pages pages;

  EnrolPage(Fleet fleet, Supplier<EnrolToken> tokens, Instant authorityEnds, Pages pages) {
    this.fleet = fleet;
    this.tokens = tokens;
    this.authorityEnds = authorityEnds;
    this.pages = pages;
  }

  Reply page(Call call, Person who) throws StoreException {
    return page(call, who, "");
  }

  private Reply page(Call call, Person who, String made) throws StoreException {
    List<EnrolView.Row> rows =
        fleet.openTokens(call.now()).stream()
            .map(token ->
                new EnrolView.Row(
                    token.id(),
                    Visible.line(token.group()),
                    token.uses(),
                    InboxPage.when(token.expires(), call.now())))
            .toList();
    boolean soon = authorityEnds.minus(Authority.WARNING).toEpochMilli() < call.now();
    String end = authorityEnds.atOffset(ZoneOffset.UTC).toLocalDate().toString();
    var view = new EnrolView(rows, made, end, soon);
    return pages.page(call, who, 200, "enrol.jte", "Enrol", "enrol", view);
  }

  Reply add(Call call, Person who) throws Refusal, StoreException {
    Form form = call.form();
    int uses = (int) Numbers.require(form.text("uses"), 1, MAX_USES, "agents");
    long hours = Numbers.require(form.text("hours"), 1, MAX_HOURS, "hours");
    String group = form.text("group").strip();
    if (group.length() > MAX_GROUP) {
      throw Refusal.of(400, "bad_group", "A group's name has at most 64 characters.");
    }
    EnrolToken token = tokens.get();
    long expires = call.now() + Duration.ofHours(hours).toMillis();
    String detail = "%d uses within %d h, group %s".formatted(uses, hours, group);
    fleet.add(
        new Fleet.Token(token.tokenId(), Digest.of(token.secret()), uses, expires, group),
        new Act(call.now(), who.name(), "make enrolment token", token.tokenId(), detail));
    return page(call, who, token.text());
  }

  Reply revoke(Call call, Person who) throws Refusal, StoreException {
    String id = call.name("id");
    var act = new Act(call.now(), who.name(), "revoke enrolment token", id, "");
    if (!fleet.revokeToken(id, act)) {
      throw Refusal.notFound();
    }
    return Reply.seeOther("/enrol");
  }
}
