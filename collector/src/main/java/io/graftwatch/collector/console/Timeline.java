package io.graftwatch.collector.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.collector.console.view.IncidentView.Fact;
import io.graftwatch.collector.console.view.IncidentView.Step;
import io.graftwatch.collector.console.view.When;
import io.graftwatch.collector.text.Visible;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Evidence;
import io.graftwatch.delivery.finding.FileInfo;
import io.graftwatch.delivery.finding.FindingInfo;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.ProcessInfo;
import io.graftwatch.delivery.finding.User;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Evidence in time order, with the time that went by between the steps.
final class Timeline {
  private final DetectionFinding finding;
  private final JsonNode json;
  private final Map<String, Long> times = new HashMap<>();

  /// @param time 0 when it is not known
  /// @param place to sort by: one without a time stays behind the one it was listed after
  private record Placed(Evidence evidence, JsonNode json, long time, long place) {}

  Timeline(DetectionFinding finding, JsonNode json) {
    this.finding = finding;
    this.json = json;
    for (FindingInfo.RelatedEvent event : finding.findingInfo().relatedEvents()) {
      if (event.uid() != null && event.firstSeenTime() != null) {
        times.put(event.uid(), event.firstSeenTime());
      }
    }
  }

  List<Step> steps() throws JsonProcessingException {
    var placed = new ArrayList<Placed>();
    long place = 0;
    for (int i = 0; i < finding.evidences().size(); i++) {
      Evidence evidence = finding.evidences().get(i);
      long time = time(evidence);
      place = time > 0 ? time : place;
      placed.add(new Placed(evidence, json.path("evidences").path(i), time, place));
    }
    placed.sort(Comparator.comparingLong(Placed::place));
    var steps = new ArrayList<Step>();
    Placed first = null;
    Placed last = null;
    for (Placed each : placed) {
      steps.add(step(steps.size() + 1, each, first, last));
      if (each.time > 0) {
        first = first == null ? each : first;
        last = each;
      }
    }
    return steps;
  }

  private long time(Evidence evidence) {
    if (evidence.data().get("time") instanceof Number time) {
      return time.longValue();
    }
    return evidence.uid() == null ? 0 : times.getOrDefault(evidence.uid(), 0L);
  }

  private static Step step(int number, Placed placed, @Nullable Placed first, @Nullable Placed last)
      throws JsonProcessingException {
    Evidence evidence = placed.evidence;
    long time = placed.time;
    String code = data(evidence, "code");
    String kind = data(evidence, "class");
    boolean known = time > 0;
    boolean newDay = known && (last == null || !Times.date(last.time).equals(Times.date(time)));
    return new Step(
        number,
        newDay ? Times.date(time) : null,
        known ? new When(Times.clock(time), Times.iso(time), Times.full(time)) : null,
        known && last != null ? "+" + Times.span(time - last.time) : null,
        known && first != null && !first.equals(last) ? Times.span(time - first.time) : null,
        code,
        kind,
        word(kind),
        name(evidence, code),
        data(evidence, "sentence"),
        facts(evidence),
        evidence.data().get("raw") instanceof String raw ? Visible.text(raw) : null,
        Visible.text(
            Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(placed.json)));
  }

  private static String data(Evidence evidence, String key) {
    Object value = evidence.data().get(key);
    return value == null ? "" : Visible.line(String.valueOf(value));
  }

  /// The seven classes of detection-spec section 5.
  private static String word(String kind) {
    return switch (kind) {
      case "P" -> "Placed";
      case "A" -> "Taken up";
      case "X" -> "Ran";
      case "N" -> "Connected";
      case "D" -> "Stayed";
      case "T" -> "Covered up";
      default -> "Seen";
    };
  }

  /// Its name without the code, which stands beside it.
  private static String name(Evidence evidence, String code) {
    String name = Visible.line(String.valueOf(evidence.name()));
    String bare = name.startsWith(code + " ") ? name.substring(code.length() + 1) : name;
    return bare.isEmpty() ? code : Character.toUpperCase(bare.charAt(0)) + bare.substring(1);
  }

  private static List<Fact> facts(Evidence evidence) {
    var facts = new ArrayList<Fact>();
    process(facts, evidence.process(), "Process");
    FileInfo file = evidence.file();
    if (file != null) {
      add(facts, "File", file.path() == null ? file.name() : file.path());
      for (FileInfo.Hash hash : file.hashes()) {
        add(facts, hash.algorithm(), hash.value());
      }
    }
    if (evidence.job() != null) {
      add(facts, "Job", evidence.job().name());
      add(facts, "Runs", evidence.job().cmdLine());
    }
    end(facts, "To", evidence.dstEndpoint());
    end(facts, "At", evidence.srcEndpoint());
    if (evidence.actor() != null) {
      process(facts, evidence.actor().process(), "By");
      if (evidence.actor().process() == null) {
        user(facts, evidence.actor().user());
      }
    }
    add(facts, "Package", string(evidence, "package"));
    add(facts, "Configuration", string(evidence, "config_file"));
    String source = data(evidence, "source");
    String record = data(evidence, "record");
    add(facts, "Record", (source + " " + record).strip());
    return facts;
  }

  private static @Nullable String string(Evidence evidence, String key) {
    return evidence.data().get(key) instanceof String text ? text : null;
  }

  private static void process(List<Fact> facts, @Nullable ProcessInfo process, String label) {
    if (process == null) {
      return;
    }
    String name = process.name() == null ? "process" : process.name();
    add(facts, label, process.pid() == null ? name : name + " [" + process.pid() + "]");
    add(facts, "Command", process.cmdLine());
    user(facts, process.user());
    add(facts, "In", process.workingDirectory());
  }

  private static void user(List<Fact> facts, @Nullable User user) {
    if (user != null) {
      add(facts, "User", user.name() == null ? user.uid() : user.name());
    }
  }

  private static void end(List<Fact> facts, String label, Evidence.@Nullable Endpoint end) {
    if (end != null) {
      String host = end.ip() == null ? String.valueOf(end.hostname()) : end.ip();
      boolean six = host.indexOf(':') >= 0;
      String shown = six && end.port() != null ? "[" + host + "]" : host;
      add(facts, label, end.port() == null ? shown : shown + ":" + end.port());
    }
  }

  private static void add(List<Fact> facts, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      facts.add(new Fact(Visible.line(name), Visible.text(value), true, null));
    }
  }
}
