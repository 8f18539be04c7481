package io.graftwatch.collector.console;

import io.graftwatch.collector.console.view.Notice;
import io.graftwatch.collector.console.view.WelcomeView;
import io.graftwatch.collector.http.Bodies;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Form;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.People;
import io.graftwatch.collector.store.People.Account;
import io.graftwatch.collector.store.People.Invitation;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.trust.PasswordRules;
import io.graftwatch.collector.trust.Passwords;
import java.util.Locale;
import org.tinylog.Logger;

/// How people come in: by name and password, and the first time by a one-time link that lets them
/// set both. Nothing here has a default.
final class SignIn {
  private final People people;
  private final Passwords passwords;
  private final Throttle throttle;
  private final Gate gate;
  private final Bodies bodies;
  private final Pages pages;

  SignIn(
      People people,
      Passwords passwords,
      Throttle throttle,
      Gate gate,
      Bodies bodies,
      Pages pages) {
    this.people = people;
    this.passwords = passwords;
    this.throttle = throttle;
    this.gate = gate;
    this.bodies = bodies;
    this.pages = pages;
  }

  Reply page(Call call) {
    return page(call, 200, "");
  }

  private Reply page(Call call, int status, String problem) {
    var view = new Notice("", problem, "");
    return pages.page(call, Pages.NOBODY, status, "login.jte", "Sign in", "", view);
  }

  /// By name and password.
  Reply signIn(Call call) throws Refusal, StoreException {
    Csrf.requireOwnSite(call);
    Form form = call.form(bodies);
    String name = Names.of(form.text("name"));
    Account account = people.find(name);
    throttle.take(call, name, account);
    String stored = account == null ? passwords.nobody() : account.password();
    boolean fits = passwords.fits(form.text("password"), stored);
    if (account == null || !fits || account.disabledAt() != 0) {
      Logger.warn("SECURITY: sign-in from {} refused", call.remote().getHostAddress());
      return page(call, 403, "This name and password do not belong to anybody who may sign in.");
    }
    return gate.open(call, name).with("Set-Cookie", throttle.deviceCookie(account));
  }

  /// What a one-time link leads to: the form for name and password.
  Reply welcome(Call call) throws Refusal, StoreException {
    Csrf.requireOwnSite(call);
    throttle.takeAddress(call);
    String code = call.form(bodies).text("code").strip();
    Invitation invitation = people.invitation(Digest.of(code), call.now());
    return invitation == null ? spent(call) : welcome(call, 200, code, invitation, "", "");
  }

  private Reply spent(Call call) {
    Logger.warn("SECURITY: one-time link from {} refused", call.remote().getHostAddress());
    return page(call, 403, "This link was used before or is too old. Ask for a new one.");
  }

  private Reply welcome(
      Call call, int status, String code, Invitation invitation, String name, String problem) {
    var view =
        new WelcomeView(
            code,
            invitation.person().isEmpty() ? name : invitation.person(),
            !invitation.person().isEmpty(),
            invitation.role().name().toLowerCase(Locale.ROOT),
            problem);
    return pages.page(call, Pages.NOBODY, status, "welcome.jte", "Welcome", "", view);
  }

  /// Spends the link on an account, which is then signed in.
  Reply join(Call call) throws Refusal, StoreException {
    Csrf.requireOwnSite(call);
    throttle.takeAddress(call);
    Form form = call.form(bodies);
    String code = form.text("code").strip();
    Digest link = Digest.of(code);
    Invitation invitation = people.invitation(link, call.now());
    if (invitation == null) {
      return spent(call);
    }
    String name = Names.of(form.text("name"));
    try {
      Names.require(name);
    } catch (Refusal e) {
      return welcome(call, 422, code, invitation, name, e.sentence());
    }
    String password = form.text("password");
    String problem = PasswordRules.problem(password, name);
    if (problem != null) {
      return welcome(call, 422, code, invitation, name, problem);
    }
    return switch (people.welcome(link, name, passwords.hash(password), call.now())) {
      case LINK_SPENT -> spent(call);
      case NAME_TAKEN -> welcome(call, 422, code, invitation, name, "This name is taken.");
      case DONE -> arrived(call, name);
    };
  }

  private Reply arrived(Call call, String name) throws Refusal, StoreException {
    Account account = people.find(name);
    if (account == null || account.disabledAt() != 0) {
      return page(call, 403, "The password is set, but this account may not sign in.");
    }
    return gate.open(call, name).with("Set-Cookie", throttle.deviceCookie(account));
  }
}
