package io.graftwatch.collector.console;

import io.graftwatch.collector.console.view.OwnView;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Form;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.People.Account;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Sessions.Session;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.text.Visible;
import io.graftwatch.collector.trust.PasswordRules;
import io.graftwatch.collector.trust.Passwords;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/// What everybody sets for themselves: the password, and which sessions go on.
final class OwnPage {
  private final Store store;
  private final Passwords passwords;
  private final Throttle throttle;
  private final Duration idle;
  private final Pages pages;

  OwnPage(Store store, Passwords passwords, Throttle throttle, Duration idle, Pages pages) {
    this.store = store;
    this.passwords = passwords;
    this.throttle = throttle;
    this.idle = idle;
    this.pages = pages;
  }

  Reply page(Call call, Person who) throws StoreException {
    return page(call, who, 200, "", "");
  }

  private Reply page(Call call, Person who, int status, String done, String problem)
      throws StoreException {
    Digest here = Gate.session(call);
    List<OwnView.Session> sessions =
        store.sessions().of(who.name(), call.now(), idle.toMillis()).stream()
            .map(session ->
                new OwnView.Session(
                    id(session),
                    Visible.line(session.address()),
                    InboxPage.when(session.createdAt(), call.now()),
                    InboxPage.when(session.usedAt(), call.now()),
                    session.id().equals(here)))
            .toList();
    var view = new OwnView(sessions, done, problem);
    return pages.page(call, who, status, "own.jte", "Settings", "settings", view);
  }

  private static String id(Session session) {
    return HexFormat.of().formatHex(session.id().bytes());
  }

  Reply setPassword(Call call, Person who) throws Refusal, StoreException {
    Form form = call.form();
    Account account = store.people().find(who.name());
    throttle.take(call, who.name(), account);
    if (account == null || !passwords.fits(form.text("old"), account.password())) {
      return page(call, who, 422, "", "The present password is another one.");
    }
    String password = form.text("password");
    String problem = PasswordRules.problem(password, who.name());
    if (problem != null) {
      return page(call, who, 422, "", problem);
    }
    var act = new Act(call.now(), who.name(), "set password", who.name(), "");
    store.people().setPassword(who.name(), passwords.hash(password), Gate.session(call), act);
    Account changed = store.people().find(who.name());
    Reply reply = page(call, who, 200, "The password is set. Your other sessions have ended.", "");
    return changed == null ? reply : reply.with("Set-Cookie", throttle.deviceCookie(changed));
  }

  /// Ends one of the person's own sessions.
  Reply endSession(Call call, Person who) throws StoreException {
    String wanted = call.form().text("session");
    for (Session session : store.sessions().of(who.name(), call.now(), idle.toMillis())) {
      if (id(session).equals(wanted)) {
        store.sessions().end(session.id());
      }
    }
    return Reply.seeOther("/settings");
  }
}
