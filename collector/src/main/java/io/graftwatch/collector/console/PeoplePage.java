package io.graftwatch.collector.console;

import io.graftwatch.collector.console.view.PeopleView;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.People;
import io.graftwatch.collector.store.People.Account;
import io.graftwatch.collector.store.People.Invitation;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Person.Role;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.trust.Secrets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Where administrators let people in and out.
final class PeoplePage {
  private static final Duration LINK_LIFE = Duration.ofDays(3);
  private static final int SECRET_BYTES = 32;

  private final People people;
  private final Secrets secrets;
  private final Pages pages;

  PeoplePage(People people, Secrets secrets, Pages pages) {
    this.people = people;
    this.secrets = secrets;
    this.pages = pages;
  }

  Reply page(Call call, Person who) throws StoreException {
    return page(call, who, 200, "", "");
  }

  private Reply page(Call call, Person who, int status, String link, String problem)
      throws StoreException {
    var rows = new ArrayList<PeopleView.Row>();
    for (Account account : people.all()) {
      rows.add(
          new PeopleView.Row(
              account.person().name(),
              word(account.person().role()),
              InboxPage.when(account.createdAt(), call.now()),
              account.disabledAt() != 0,
              account.person().name().equals(who.name())));
    }
    var view = new PeopleView(rows, roles(), link, problem);
    return pages.page(call, who, status, "people.jte", "People", "settings", view);
  }

  static List<String> roles() {
    return List.of(word(Role.VIEWER), word(Role.ANALYST), word(Role.ADMIN));
  }

  static String word(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }

  /// @throws Refusal 400
  static Role role(String word) throws Refusal {
    for (Role role : Role.values()) {
      if (word(role).equals(word)) {
        return role;
      }
    }
    throw Refusal.of(400, "bad_role", "A role is viewer, analyst or admin.");
  }

  /// Makes a link for somebody new.
  Reply invite(Call call, Person who) throws Refusal, StoreException {
    Role role = role(call.form().text("role"));
    var act = new Act(call.now(), who.name(), "invite", "people", word(role));
    return page(call, who, 200, link(call, who, "", role, act), "");
  }

  private String link(Call call, Person who, String person, Role role, Act act)
      throws StoreException {
    String secret = secrets.next(SECRET_BYTES);
    long expires = call.now() + LINK_LIFE.toMillis();
    people.invite(Digest.of(secret), new Invitation(person, role, who.name(), expires), act);
    return "https://" + call.header("Host") + "/login#" + secret;
  }

  /// Does to a person what the pressed button says.
  Reply change(Call call, Person who) throws Refusal, StoreException {
    String name = call.name("name");
    Account account = people.find(name);
    if (account == null) {
      throw Refusal.notFound();
    }
    Role role = account.person().role();
    String what = call.form().text("do");
    boolean disabled = account.disabledAt() != 0;
    return switch (what) {
      case "role" -> {
        Role wanted = role(call.form().text("role"));
        yield change(call, who, name, wanted, disabled, "set role", word(wanted));
      }
      case "disable", "enable" ->
          change(call, who, name, role, what.equals("disable"), what + " person", "");
      case "reset" -> {
        var act = new Act(call.now(), who.name(), "make password link", name, "");
        yield page(call, who, 200, link(call, who, name, role, act), "");
      }
      default -> throw Refusal.of(400, "bad_action", "This form does not say what to do.");
    };
  }

  private Reply change(
      Call call, Person who, String name, Role role, boolean disabled, String action, String detail)
      throws StoreException {
    var act = new Act(call.now(), who.name(), action, name, detail);
    return people.change(name, role, disabled, act)
        ? Reply.seeOther("/settings/people")
        : page(call, who, 422, "", "At least one administrator has to stay.");
  }
}
