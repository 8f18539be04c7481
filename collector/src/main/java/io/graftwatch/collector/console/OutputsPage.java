package io.graftwatch.collector.console;

import io.graftwatch.collector.console.view.OutputsView;
import io.graftwatch.collector.forward.Forwarding;
import io.graftwatch.collector.forward.Place;
import io.graftwatch.collector.forward.Trial;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Outbox;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.text.Visible;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where administrators see how far each output is, try it, and look after its dead letters.
final class OutputsPage {
  private static final int LETTERS = 50;

  private final Outbox outbox;
  private final Forwarding forwarding;
  private final Pages pages;

  OutputsPage(Outbox outbox, Forwarding forwarding, Pages pages) {
    this.outbox = outbox;
    this.forwarding = forwarding;
    this.pages = pages;
  }

  Reply page(Call call, Person who) throws StoreException {
    return page(call, who, 200, "", true);
  }

  private Reply page(Call call, Person who, int status, String said, boolean fine)
      throws StoreException {
    Map<String, Outbox.State> states =
        outbox.states().stream()
            .collect(Collectors.toMap(Outbox.State::output, Function.identity()));
    var rows = new ArrayList<OutputsView.Row>();
    for (Place place : forwarding.places()) {
      rows.add(row(place, states.get(place.name()), call.now()));
    }
    var view = new OutputsView(rows, Visible.line(said), fine);
    return pages.page(call, who, status, "outputs.jte", "Outputs", "settings", view);
  }

  private OutputsView.Row row(Place place, Outbox.@Nullable State state, long now)
      throws StoreException {
    var letters = new ArrayList<OutputsView.Letter>();
    for (Outbox.DeadLetter letter : outbox.deadLetters(place.name(), LETTERS)) {
      letters.add(
          new OutputsView.Letter(
              Visible.line(letter.message()),
              Links.incident(letter.findingUid(), letter.agentId()),
              Visible.line(letter.host()),
              Visible.line(letter.reason()),
              InboxPage.when(letter.diedAt(), now),
              letter.again()));
    }
    return new OutputsView.Row(
        place.name(),
        place.type(),
        Visible.line(place.where()),
        state == null ? "has not run yet" : state.problem().isEmpty() ? "works" : "fails",
        state == null ? "" : Visible.line(state.problem()),
        state == null ? 0 : state.waiting(),
        state == null ? 0 : state.delivered(),
        state == null || state.deliveredAt() == 0 ? null : InboxPage.when(state.deliveredAt(), now),
        state == null ? 0 : state.deadLetters(),
        letters);
  }

  Reply test(Call call, Person who) throws Refusal, StoreException {
    Place place = place(call);
    Trial.Result result = forwarding.trial(place);
    return page(call, who, 200, place.name() + ": " + result.said(), result.works());
  }

  Reply retry(Call call, Person who) throws Refusal, StoreException {
    String output = place(call).name();
    outbox.retry(output, List.of(), act(call, who, "retry dead letters", output));
    forwarding.wake();
    return Reply.seeOther("/settings/outputs");
  }

  Reply discard(Call call, Person who) throws Refusal, StoreException {
    String output = place(call).name();
    outbox.discard(output, List.of(), act(call, who, "discard dead letters", output));
    return Reply.seeOther("/settings/outputs");
  }

  private static Act act(Call call, Person who, String action, String output) {
    return new Act(call.now(), who.name(), action, output, "all");
  }

  private Place place(Call call) throws Refusal {
    String name = call.name("name");
    for (Place place : forwarding.places()) {
      if (place.name().equals(name)) {
        return place;
      }
    }
    throw Refusal.notFound();
  }
}
