package io.graftwatch.collector;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.forward.Place;
import io.graftwatch.collector.forward.Trial;
import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Outbox;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.text.Visible;
import io.graftwatch.delivery.output.IndexTemplate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "outputs",
    mixinStandardHelpOptions = true,
    description = {
      "Shows and tests the places that findings are forwarded to, and their dead letters.",
      "",
      "list says how far each output is. test sends one record that is marked as a test.",
      "letters shows what an output would not take, retry lets it try once more, discard gives it",
      "up. template prints the index template for an output of type elasticsearch."
    })
final class OutputsCommand implements Callable<Integer> {
  enum Action {
    list,
    test,
    letters,
    retry,
    discard,
    template
  }

  private static final int LETTERS = 1_000;

  @Parameters(
      index = "0",
      paramLabel = "list|test|letters|retry|discard|template",
      description = "What to do.")
  @SuppressWarnings("NullAway.Init")
  private Action action;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME",
      description = "The output: its name as list shows it, or its type if no other has it.")
  private @Nullable String name;

  @Mixin private final ConfigOption option = new ConfigOption();

  @Override
  public Integer call() throws Exception {
    Config config = option.load();
    if (action == Action.list) {
      return list(config);
    }
    Place place = place(config.outputs());
    if (place == null) {
      return Main.FAILED;
    }
    return switch (action) {
      case test -> test(config, place);
      case template -> template(place);
      case list, letters, retry, discard -> deadLetters(config, place);
    };
  }

  private @Nullable Place place(List<Place> places) {
    List<Place> meant =
        places.stream()
            .filter(place -> place.name().equals(name) || place.type().equals(name))
            .toList();
    if (meant.size() == 1) {
      return meant.getFirst();
    }
    System.err.println(
        "graftwatch-collector: "
            + (meant.isEmpty() ? "there is no such output" : "more than one output has that type")
            + "; `outputs list` shows them");
    return null;
  }

  private static int list(Config config) throws Exception {
    try (Store store = ConfigOption.open(config)) {
      List<Outbox.State> states = store.outbox().states();
      for (Place place : config.outputs()) {
        System.out.println(
            states.stream()
                .filter(state -> state.output().equals(place.name()))
                .findFirst()
                .map(state -> line(place, state))
                .orElse(place.name() + "  " + place.where() + "  has not run yet"));
      }
    }
    return Main.OK;
  }

  private static String line(Place place, Outbox.State state) {
    String problem =
        state.problem().isEmpty()
            ? "works"
            : "fails since " + Instant.ofEpochMilli(state.problemAt()) + ": " + state.problem();
    return "%s  %s  %d delivered, %d waiting, %d dead letters  %s"
        .formatted(
            place.name(),
            place.where(),
            state.delivered(),
            state.waiting(),
            state.deadLetters(),
            Visible.line(problem));
  }

  private static int test(Config config, Place place) {
    Trial.Result result =
        Trial.of(place, config.name(), Main.version(), System.getenv(), InstantSource.system());
    System.out.println(place.name() + ": " + Visible.line(result.said()));
    return result.works() ? Main.OK : Main.FAILED;
  }

  private static int template(Place place) {
    String index = place.index();
    if (index == null) {
      System.err.println("graftwatch-collector: only an output of type elasticsearch has one");
      return Main.FAILED;
    }
    System.out.println(IndexTemplate.of(index));
    return Main.OK;
  }

  private Act act(Place place) {
    return new Act(
        InstantSource.system().millis(),
        "command line",
        action + " dead letters",
        place.name(),
        "all");
  }

  private int deadLetters(Config config, Place place) throws Exception {
    try (Store store = ConfigOption.open(config)) {
      Outbox outbox = store.outbox();
      switch (action) {
        case retry ->
            System.err.println(
                outbox.retry(place.name(), List.of(), act(place)) + " are tried once more");
        case discard ->
            System.err.println(
                outbox.discard(place.name(), List.of(), act(place)) + " are given up");
        default -> {
          for (Outbox.DeadLetter letter : outbox.deadLetters(place.name(), LETTERS)) {
            System.out.println(
                Visible.line(
                    "%s  %s  %s  %s"
                        .formatted(
                            Instant.ofEpochMilli(letter.diedAt()),
                            letter.uid(),
                            letter.host(),
                            letter.reason())));
          }
        }
      }
    }
    return Main.OK;
  }
}
