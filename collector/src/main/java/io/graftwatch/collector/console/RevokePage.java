package io.graftwatch.collector.console;

import io.graftwatch.collector.console.view.RevokeView;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Fleet;
import io.graftwatch.collector.store.Fleet.Standing;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.text.Visible;

/// Asks whether a host is to be put out, and puts it out.
final class RevokePage {
  private final Fleet fleet;
  private final Pages pages;

  RevokePage(Fleet fleet, Pages pages) {
    this.fleet = fleet;
    this.pages = pages;
  }

  Reply page(Call call, Person who) throws Refusal, StoreException {
    String agent = call.name("agent");
    String host = fleet.hostname(agent);
    if (host == null) {
      throw Refusal.notFound();
    }
    boolean revoked = fleet.standing(agent) == Standing.REVOKED;
    var view = new RevokeView(agent, Visible.line(host), revoked);
    return pages.page(call, who, 200, "revoke.jte", "Revoke a host", "hosts", view);
  }

  Reply revoke(Call call, Person who) throws Refusal, StoreException {
    String agent = call.name("agent");
    if (!fleet.revoke(agent, new Act(call.now(), who.name(), "revoke host", agent, ""))) {
      throw Refusal.notFound();
    }
    return Reply.seeOther("/hosts?state=revoked");
  }
}
