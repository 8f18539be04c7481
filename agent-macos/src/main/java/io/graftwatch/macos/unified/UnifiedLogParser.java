package io.graftwatch.macos.unified;

import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Connection.Direction;
import io.graftwatch.core.fact.Connection.State;
import io.graftwatch.core.fact.Connection.Via;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Image;
import io.graftwatch.core.fact.Listener;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineParser;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.FactSink;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Kind `unifiedlog`: what `log stream` and `log show` print as ndjson, with their banner, trailer
/// and error lines.
///
/// A row is named by its times, process, thread and message, since `log show` prints the same row
/// with other words in some members. Only kernel, tccd and launchd themselves are believed to be
/// so: a row bears the path of the program that wrote it.
public final class UnifiedLogParser implements LineParser {
  private static final String KIND = "unifiedlog";
  private static final String BANNER = "Filtering the log data using ";

  private static final String EXECUTED =
      "CS Platform Exec Logging: Executing platform signed binary '";

  private final Origin origin;
  private final Consumer<String> executed;
  private final LogRow row = new LogRow();
  private final SkippedLines skipped = new SkippedLines();
  private final Flows flows = new Flows();
  private long lastTime = Stamp.NONE;

  public UnifiedLogParser(Origin origin) {
    this(origin, _ -> {});
  }

  /// @param executed told the name of each program that the kernel says was started
  public UnifiedLogParser(Origin origin, Consumer<String> executed) {
    this.origin = origin;
    this.executed = executed;
  }

  @Override
  public Outcome parse(Line line, FactSink sink) {
    if (line.isEmpty()) {
      return Outcome.FILTERED;
    }
    if (line.bytes()[line.from()] != '{') {
      return words(line, sink);
    }
    if (!row.read(line)) {
      return Outcome.MALFORMED;
    }
    if (!row.isEvent()) {
      return row.isTrailer() ? Outcome.FILTERED : Outcome.MALFORMED;
    }
    lastTime = Math.max(lastTime, row.time());
    if (row.isLoss()) {
      sink.accept(gap(line, row.time(), row.time(), row.lossCount(), "log_loss"));
      return Outcome.PARSED;
    }
    if (row.isKernel()) {
      return kernel(line, row.rawMessage(), sink);
    }
    if (row.isLaunchd()) {
      Spawn spawn = Spawn.read(row.message(), row.subsystem());
      return spawn == null ? Outcome.FILTERED : spawned(line, spawn, sink);
    }
    if (row.isTccd()) {
      Attribution attribution = Attribution.read(row.message());
      return attribution == null ? Outcome.FILTERED : asked(line, attribution, sink);
    }
    return Outcome.FILTERED;
  }

  /// The newest time of a row, microseconds; [Stamp#NONE] before the first.
  public long lastTime() {
    return lastTime;
  }

  /// What of the kernel's counter has to outlive a restart; see [#resume].
  public long[] skippedState() {
    return skipped.state();
  }

  /// Goes on counting where an earlier reader of the same log stopped.
  public void resume(long[] state) {
    skipped.restore(state[0], state[1], state[2]);
  }

  /// What is no row: the banner, or what `log` has to complain of.
  private Outcome words(Line line, FactSink sink) {
    String text = line.text();
    if (text.startsWith(BANNER)) {
      return Outcome.FILTERED;
    }
    if (text.startsWith("log: ")) {
      long now = lastTime == Stamp.NONE ? origin.reference().getAsLong() : lastTime;
      sink.accept(gap(line, now, now, -1, "log_error"));
      return Outcome.FILTERED;
    }
    return Outcome.MALFORMED;
  }

  private Outcome kernel(Line line, String message, FactSink sink) {
    if (!TcpLine.claims(message)) {
      if (message.startsWith("System Policy: eslogger(") && message.contains(" deny(")) {
        sink.accept(gap(line, row.time(), row.time(), -1, "eslogger_denied"));
        return Outcome.PARSED;
      }
      int end = message.startsWith(EXECUTED) ? message.lastIndexOf("' with cdhash ") : -1;
      if (end > EXECUTED.length()) {
        executed.accept(message.substring(EXECUTED.length(), end));
      }
      return Outcome.FILTERED;
    }
    TcpLine tcp = TcpLine.read(message);
    if (tcp == null) {
      return Outcome.FILTERED;
    }
    SkippedLines.Loss loss = skipped.take(tcp.skipped(), row.time(), row.machTime());
    if (loss.newlyLost() > 0) {
      sink.accept(gap(line, loss.from(), row.time(), loss.newlyLost(), "source_loss"));
    }
    var process = ProcessId.of(tcp.pid());
    if (flows.listens(tcp)) {
      sink.accept(
          new Listener(
              provenance(line, ""),
              process,
              -1,
              tcp.process(),
              Identity.UNKNOWN,
              "tcp",
              tcp.local(),
              Via.EVENT));
      return Outcome.PARSED;
    }
    if (!flows.opens(tcp)) {
      return loss.newlyLost() > 0 ? Outcome.PARSED : Outcome.FILTERED;
    }
    sink.accept(
        new Connection(
            provenance(line, ""),
            process,
            -1,
            tcp.process(),
            Identity.UNKNOWN,
            Direction.OUTBOUND,
            tcp.event() == TcpLine.Event.OUTGOING ? State.IN_PROGRESS : State.ESTABLISHED,
            "tcp",
            tcp.local(),
            tcp.remote(),
            Via.EVENT));
    return Outcome.PARSED;
  }

  private Outcome spawned(Line line, Spawn spawn, FactSink sink) {
    sink.accept(
        start(
            provenance(line, ""),
            ProcessStart.Kind.CREATE,
            spawn.pid(),
            1,
            spawn.name(),
            Identity.UNKNOWN,
            spawn.label()));
    return Outcome.PARSED;
  }

  /// The responsible process of a job is the job's first one, which launchd started; the asking one
  /// is contained in the same job.
  private Outcome asked(Line line, Attribution attribution, FactSink sink) {
    Attribution.Party script = attribution.script();
    if (script == null) {
      return Outcome.FILTERED;
    }
    Attribution.Party responsible = attribution.responsible();
    String unit = null;
    if (responsible != null && responsible.pid() != script.pid()) {
      unit = responsible.path() + "[" + responsible.pid() + "]";
      sink.accept(
          start(
              provenance(line, "/responsible"),
              ProcessStart.Kind.SNAPSHOT,
              responsible.pid(),
              1,
              responsible.path(),
              identity(responsible),
              unit));
    }
    sink.accept(
        start(
            provenance(line, ""),
            ProcessStart.Kind.SNAPSHOT,
            script.pid(),
            -1,
            script.path(),
            identity(script),
            unit));
    return Outcome.PARSED;
  }

  private static ProcessStart start(
      Provenance provenance,
      ProcessStart.Kind kind,
      int pid,
      int ppid,
      String path,
      Identity identity,
      @Nullable String unit) {
    return new ProcessStart(
        provenance,
        kind,
        ProcessId.of(pid),
        ProcessStart.Parent.of(ppid),
        Image.of(path),
        List.of(),
        null,
        identity,
        null,
        unit,
        false);
  }

  private static Identity identity(Attribution.Party party) {
    return new Identity(party.euid(), null, null, party.auid(), null);
  }

  /// @param part tells several facts of one row apart
  private Provenance provenance(Line line, String part) {
    return provenance(line, row.time(), row.where() + ":" + row.messageHash() + part);
  }

  private Provenance provenance(Line line, long time, String identity) {
    String record = time + ":" + identity;
    return new Provenance(
        KIND,
        record,
        origin.name() + ":" + line.number(),
        Provenance.KERNEL,
        time,
        origin.seen().applyAsLong(time),
        null,
        false,
        line.raw());
  }

  private SourceGap gap(Line line, long from, long to, long lost, String reason) {
    String hash = RowHash.of(line.bytes(), line.from(), line.length());
    return new SourceGap(provenance(line, to, reason + ":" + hash), from, to, lost, reason);
  }
}
