package io.graftwatch.collector.ingest;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.FindingRecord;
import io.graftwatch.delivery.finding.Activity;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Device;
import io.graftwatch.delivery.finding.Evidence;
import io.graftwatch.delivery.finding.FileInfo;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Observable;
import io.graftwatch.delivery.finding.ProcessInfo;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One record of a batch: taken, or rejected with the reason. A pure function of its bytes.
public sealed interface Reading {
  /// `metadata.uid`, empty when the record has none.
  String uid();

  /// `metadata.sequence`, 0 when the record has none.
  long sequence();

  /// @param agents ids of the agents that the record itself names
  record Taken(FindingRecord record, List<String> agents) implements Reading {
    public Taken {
      agents = List.copyOf(agents);
    }

    @Override
    public String uid() {
      return record.uid();
    }

    @Override
    public long sequence() {
      return record.sequence();
    }
  }

  record Rejected(String uid, long sequence, String reason) implements Reading {}

  int MAX_UID = 128;
  int MAX_NAME = 255;
  int MAX_PATH = 4096;
  int MAX_SENTENCE = 4096;

  /// OCSF `algorithm_id`.
  int SHA_256 = 3;

  int MAX_SEARCH_TEXT = 32 * 1024;
  ObjectReader FINDING = Json.mapper().readerFor(DetectionFinding.class);
  ObjectReader HEAD = Json.mapper().readerFor(Head.class);

  /// As much of a record as it takes to answer for it, whatever else is wrong with it.
  record Head(@Nullable Names metadata) {
    record Names(@Nullable String uid, @Nullable Long sequence) {}
  }

  static Reading of(byte[] body, Batch.Slice slice) {
    DetectionFinding finding;
    try {
      finding = FINDING.readValue(body, slice.from(), slice.to() - slice.from());
    } catch (IOException e) {
      return rejected(body, slice, shape(e));
    }
    String wrong = wrong(finding);
    return wrong == null ? taken(finding, body, slice) : rejected(body, slice, wrong);
  }

  /// A finding of the collector's own.
  static FindingRecord own(DetectionFinding finding) {
    byte[] json = Json.bytes(finding);
    return taken(finding, json, new Batch.Slice(0, json.length)).record();
  }

  /// A finding as it was stored.
  ///
  /// @throws IllegalArgumentException when it is none
  static FindingRecord stored(byte[] json) {
    if (of(json, new Batch.Slice(0, json.length)) instanceof Taken taken) {
      return taken.record();
    }
    throw new IllegalArgumentException("not a finding");
  }

  private static Reading rejected(byte[] body, Batch.Slice slice, String reason) {
    try {
      Head head = HEAD.readValue(body, slice.from(), slice.to() - slice.from());
      Head.Names names = head.metadata();
      if (names != null) {
        long sequence = names.sequence() == null ? 0 : names.sequence();
        return new Rejected(names.uid() == null ? "" : names.uid(), sequence, reason);
      }
    } catch (IOException _) {
      // It has no name to answer with; its place in the list says which one is meant.
    }
    return new Rejected("", 0, reason);
  }

  /// Where the record has another shape than a finding; Jackson's own words would repeat the input.
  private static String shape(IOException e) {
    return e instanceof JsonMappingException bind
        ? "not a Detection Finding at " + path(bind)
        : "not a Detection Finding";
  }

  private static String path(JsonMappingException e) {
    var path = new StringBuilder();
    for (var reference : e.getPath()) {
      if (reference.getFieldName() == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
      }
    }
    return path.isEmpty() ? "its top level" : path.toString();
  }

  @SuppressWarnings("NullAway") // The wire may leave out anything, whatever the records say.
  private static @Nullable String wrong(DetectionFinding finding) {
    if (finding.metadata() == null || !isName(finding.metadata().uid())) {
      return "metadata.uid is missing or not a name";
    }
    if (finding.findingInfo() == null || !isName(finding.findingInfo().uid())) {
      return "finding_info.uid is missing or not a name";
    }
    if (finding.severityId() == null || finding.activityId() == null) {
      return "severity_id or activity_id is missing";
    }
    if (finding.time() <= 0) {
      return "time is missing";
    }
    if (finding.device() == null || !isText(finding.device().hostname(), MAX_NAME)) {
      return "device.hostname is missing or longer than " + MAX_NAME;
    }
    if (!isText(finding.message(), MAX_SENTENCE)) {
      return "message is missing or longer than " + MAX_SENTENCE;
    }
    return null;
  }

  private static boolean isText(@Nullable String text, int max) {
    return text != null && !text.isEmpty() && text.length() <= max;
  }

  private static boolean isName(@Nullable String uid) {
    return uid != null
        && isText(uid, MAX_UID)
        && uid.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/' && c != '?' && c != '#');
  }

  private static Taken taken(DetectionFinding finding, byte[] body, Batch.Slice slice) {
    var info = finding.findingInfo();
    Map<?, ?> ours = finding.unmapped().get("graftwatch") instanceof Map<?, ?> map ? map : Map.of();
    String uid = finding.metadata().uid();
    Long sequence = finding.metadata().sequence();
    FileInfo placed = placed(finding);
    var record =
        new FindingRecord(
            uid,
            info.uid(),
            revision(uid, info.uid()),
            sequence == null || sequence < 0 ? 0 : sequence,
            finding.time(),
            finding.severityId().id(),
            finding.isAlert(),
            finding.activityId() != Activity.CLOSE,
            finding.device().hostname(),
            analytic(finding),
            bounded(info.title(), MAX_SENTENCE),
            finding.message(),
            bounded(ours.get("state"), MAX_NAME),
            codes(ours.get("codes")),
            ours.get("merged_into") instanceof String merged ? bounded(merged, MAX_UID) : null,
            or(info.firstSeenTime(), or(finding.startTime(), finding.time())),
            or(info.lastSeenTime(), or(finding.endTime(), finding.time())),
            placed == null ? "" : bounded(placed.path(), MAX_PATH),
            placed == null ? "" : sha256(placed),
            searchText(finding),
            Deflated.of(body, slice.from(), slice.to()));
    return new Taken(
        record,
        finding.device().agentList().stream()
            .map(Device.Agent::uid)
            .filter(id -> id != null && !id.isEmpty())
            .toList());
  }

  /// The number behind the finding's own name; a record that is named otherwise is the first.
  private static int revision(String uid, String findingUid) {
    if (!uid.startsWith(findingUid + "-")) {
      return 1;
    }
    String number = uid.substring(findingUid.length() + 1);
    boolean digits = !number.isEmpty() && number.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits && number.length() <= 9 ? Math.max(1, Integer.parseInt(number)) : 1;
  }

  /// The file that the first evidence with a file is about: evidence is in order, and placing comes
  /// first.
  private static @Nullable FileInfo placed(DetectionFinding finding) {
    for (Evidence evidence : finding.evidences()) {
      if (evidence.file() != null) {
        return evidence.file();
      }
    }
    return null;
  }

  private static String sha256(FileInfo file) {
    for (FileInfo.Hash hash : file.hashes()) {
      if (hash.algorithmId() == SHA_256) {
        return bounded(hash.value(), MAX_UID);
      }
    }
    return "";
  }

  private static String analytic(DetectionFinding finding) {
    var analytic = finding.findingInfo().analytic();
    return analytic == null ? "" : bounded(analytic.uid(), MAX_NAME);
  }

  private static String codes(@Nullable Object codes) {
    if (!(codes instanceof List<?> list)) {
      return "";
    }
    var text = new StringBuilder();
    for (Object code : list) {
      text.append(text.isEmpty() ? "" : " ").append(code);
    }
    return bounded(text.toString(), MAX_NAME);
  }

  private static long or(@Nullable Long time, long otherwise) {
    return time == null || time <= 0 ? otherwise : time;
  }

  private static String bounded(@Nullable Object value, int max) {
    String text = value == null ? "" : value.toString();
    return text.length() <= max ? text : text.substring(0, max);
  }

  private static String searchText(DetectionFinding finding) {
    var text = new StringBuilder(1024);
    add(text, finding.message());
    add(text, finding.findingInfo().title());
    add(text, finding.findingInfo().desc());
    add(text, finding.findingInfo().uid());
    add(text, finding.device().hostname());
    add(text, finding.device().ip());
    for (Observable observable : finding.observables()) {
      add(text, observable.value());
    }
    for (Evidence evidence : finding.evidences()) {
      add(text, evidence.name());
      add(text, evidence.process());
      if (evidence.file() != null) {
        add(text, evidence.file().path());
      }
      if (evidence.actor() != null) {
        add(text, evidence.actor().process());
      }
    }
    return text.length() <= MAX_SEARCH_TEXT ? text.toString() : text.substring(0, MAX_SEARCH_TEXT);
  }

  private static void add(StringBuilder text, @Nullable ProcessInfo process) {
    if (process != null) {
      add(text, process.name());
      add(text, process.cmdLine());
    }
  }

  private static void add(StringBuilder text, @Nullable String part) {
    if (part != null) {
      text.append(part).append('\n');
    }
  }
}
