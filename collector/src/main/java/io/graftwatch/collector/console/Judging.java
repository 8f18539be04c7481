package io.graftwatch.collector.console;

import io.graftwatch.collector.console.view.Answer;
import io.graftwatch.collector.console.view.Judgement;
import io.graftwatch.collector.console.view.Level;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Form;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.store.Triage;
import io.graftwatch.collector.store.Verdict;
import io.graftwatch.collector.text.Visible;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What people make of incidents: acknowledge, close with a verdict, reopen, note. The same form is
/// taken from the list for many and from an incident for one.
final class Judging {
  static final List<Answer> VERDICTS =
      Stream.of(Verdict.values())
          .filter(verdict -> verdict != Verdict.UNKNOWN)
          .map(verdict -> new Answer(String.valueOf(verdict.id()), verdict.word()))
          .toList();
  static final int MAX_TEXT = 2000;
  private static final int MAX_INCIDENTS = 200;
  private static final int HISTORY = 100;
  private static final int ELSEWHERE = 10;

  private final Store store;

  Judging(Store store) {
    this.store = store;
  }

  Reply judge(Call call, Person who) throws Refusal, StoreException {
    Form form = call.form();
    List<Long> incidents = incidents(form);
    String text = text(form, "text");
    Triage triage = store.triage();
    switch (form.text("act")) {
      case "acknowledge" ->
          triage.judge(
              incidents, Triage.State.ACKNOWLEDGED, Verdict.UNKNOWN, text, who, call.now());
      case "reopen" ->
          triage.judge(incidents, Triage.State.NEW, Verdict.UNKNOWN, text, who, call.now());
      case "close" ->
          triage.judge(incidents, Triage.State.CLOSED, verdict(form), text, who, call.now());
      case "note" -> {
        if (text.isEmpty()) {
          throw bad("A note needs words.");
        }
        triage.note(incidents.getFirst(), text, who, call.now());
      }
      default -> throw bad("This form asks for something that does not exist.");
    }
    return Reply.seeOther(back(form));
  }

  private static List<Long> incidents(Form form) throws Refusal {
    var incidents = new ArrayList<Long>();
    for (String id : form.all("incident")) {
      incidents.add(number(id));
    }
    if (incidents.isEmpty()) {
      throw bad("No incident was selected.");
    }
    if (incidents.size() > MAX_INCIDENTS) {
      throw bad("At most " + MAX_INCIDENTS + " incidents at once.");
    }
    return incidents;
  }

  static long number(String text) throws Refusal {
    if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw bad("This form holds something that is no number.");
    }
    return Long.parseLong(text);
  }

  static String text(Form form, String field) throws Refusal {
    String text = form.text(field).strip();
    if (text.length() > MAX_TEXT) {
      throw bad("At most " + MAX_TEXT + " characters.");
    }
    return text;
  }

  private static Verdict verdict(Form form) throws Refusal {
    Verdict verdict = Verdict.of((int) Math.min(99, number("0" + form.text("verdict"))));
    if (verdict == Verdict.UNKNOWN) {
      throw bad("Closing needs a verdict: say what it turned out to be.");
    }
    return verdict;
  }

  static Refusal bad(String sentence) {
    return Refusal.of(400, "bad_form", sentence);
  }

  /// Where the form stood: a path of ours, and nothing else.
  static String back(Form form) {
    String back = form.text("back");
    boolean ours =
        back.startsWith("/")
            && !back.startsWith("//")
            && back.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '\\');
    return ours ? back : "/";
  }

  /// For the page of an incident.
  Judgement of(Incident incident, long now) throws StoreException {
    return new Judgement(
        incident.id(),
        InboxPage.triage(incident),
        incident.triage() == Triage.State.CLOSED,
        VERDICTS,
        Links.incident(incident.findingUid(), incident.agentId()),
        Links.suppress(incident.findingUid(), incident.agentId()),
        store
            .audit()
            .of(incident.findingUid(), incident.agentId(), Long.MAX_VALUE, HISTORY)
            .stream()
            .map(entry -> done(entry.act(), now))
            .toList(),
        store.triage().elsewhere(incident, ELSEWHERE).stream()
            .map(other -> other(other, now))
            .toList());
  }

  private static Judgement.Done done(Act act, long now) {
    return new Judgement.Done(
        InboxPage.when(act.at(), now),
        Visible.line(act.who()),
        Visible.line(act.action()),
        Visible.text(act.detail()));
  }

  static Judgement.Other other(Incident incident, long now) {
    return new Judgement.Other(
        Level.of(incident.severity()),
        Visible.line(incident.message()),
        Visible.line(incident.host()),
        Links.incident(incident.findingUid(), incident.agentId()),
        InboxPage.when(incident.changedAt(), now));
  }
}
