package io.graftwatch.collector.console;

import io.graftwatch.collector.console.view.ProgramsView;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Form;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Person.Role;
import io.graftwatch.collector.store.Programs;
import io.graftwatch.collector.store.Programs.Token;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.trust.Secrets;
import java.time.Duration;
import java.util.ArrayList;

/// Where administrators make and take back the tokens that programs call the API with.
final class ProgramsPage {
  private static final int SECRET_BYTES = 32;
  private static final long MAX_DAYS = 365;

  private final Programs programs;
  private final Secrets secrets;
  private final Pages pages;

  ProgramsPage(Programs programs, Secrets secrets, Pages pages) {
    this.programs = programs;
    this.secrets = secrets;
    this.pages = pages;
  }

  Reply page(Call call, Person who) throws StoreException {
    return page(call, who, 200, "", "");
  }

  private Reply page(Call call, Person who, int status, String made, String problem)
      throws StoreException {
    var rows = new ArrayList<ProgramsView.Row>();
    for (Token token : programs.all()) {
      rows.add(
          new ProgramsView.Row(
              token.name(),
              PeoplePage.word(token.role()),
              token.madeBy(),
              InboxPage.when(token.expires(), call.now()),
              token.expires() <= call.now()));
    }
    var view = new ProgramsView(rows, PeoplePage.roles(), made, problem);
    return pages.page(call, who, status, "programs.jte", "API tokens", "settings", view);
  }

  Reply add(Call call, Person who) throws Refusal, StoreException {
    Form form = call.form();
    String name = Names.require(Names.of(form.text("name")));
    Role role = PeoplePage.role(form.text("role"));
    long days = Numbers.require(form.text("days"), 1, MAX_DAYS, "days");
    String secret = secrets.next(SECRET_BYTES);
    long expires = call.now() + Duration.ofDays(days).toMillis();
    var token = new Token(name, role, who.name(), call.now(), expires);
    String detail = PeoplePage.word(role) + " for " + days + " d";
    var act = new Act(call.now(), who.name(), "make API token", name, detail);
    return programs.add(token, Digest.of(secret), act)
        ? page(call, who, 200, secret, "")
        : page(call, who, 422, "", "There is a token of this name.");
  }

  Reply remove(Call call, Person who) throws Refusal, StoreException {
    String name = call.name("name");
    if (!programs.remove(name, new Act(call.now(), who.name(), "revoke API token", name, ""))) {
      throw Refusal.notFound();
    }
    return Reply.seeOther("/settings/tokens");
  }
}
