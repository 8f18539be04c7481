package io.graftwatch.linux.proc;

import com.fasterxml.jackson.core.JsonToken;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Image;
import io.graftwatch.core.fact.ProcessEnd;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineParser;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.linux.line.Decimal;
import io.graftwatch.linux.line.JsonLine;
import io.graftwatch.linux.line.Stamps;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Kind `proc`: process snapshots and proc connector events, one JSON object a line (design.md,
/// command line). `t` and `start` are seconds since the epoch with a fraction.
///
/// `warm` is a walk of /proc when the recording began, `seen` and `change` are polls; `fork`,
/// `exec` and `exit` are events. `reparent`, `sid` and `uid` change nothing that is known of a
/// process: a node keeps the origin it was born with.
final class ProcParser implements LineParser {
  private static final int MAX_ARGUMENTS = 4096;

  private final Origin origin;

  ProcParser(Origin origin) {
    this.origin = origin;
  }

  @Override
  public Outcome parse(Line line, FactSink sink) {
    if (line.isEmpty()) {
      return Outcome.FILTERED;
    }
    var row = new Row();
    if (!JsonLine.read(line, row) || row.time == Stamps.NONE || row.pid < 0) {
      return Outcome.MALFORMED;
    }
    Provenance provenance = origin.provenance(line, Provenance.KERNEL, row.time);
    return switch (row.event) {
      case "warm" -> start(row.start(provenance, ProcessStart.Kind.WARM), sink);
      case "seen" -> start(row.start(provenance, ProcessStart.Kind.SNAPSHOT), sink);
      // A dying process has no executable any more: that is no news about what it ran.
      case "change" ->
          row.exe == null
              ? Outcome.FILTERED
              : start(row.start(provenance, ProcessStart.Kind.SNAPSHOT), sink);
      case "fork" -> {
        row.born = row.born < 0 ? row.time : row.born;
        yield start(row.start(provenance, ProcessStart.Kind.FORK), sink);
      }
      case "exec" -> start(row.start(provenance, ProcessStart.Kind.EXEC), sink);
      case "gone", "exit" -> {
        sink.accept(new ProcessEnd(provenance, new ProcessId(row.pid, row.born), row.endSignal()));
        yield Outcome.PARSED;
      }
      case "" -> Outcome.MALFORMED;
      default -> Outcome.FILTERED;
    };
  }

  private static Outcome start(ProcessStart fact, FactSink sink) {
    sink.accept(fact);
    return Outcome.PARSED;
  }

  /// The fields of one line.
  private static final class Row implements JsonLine.Fields {
    private long time = Stamps.NONE;
    private String event = "";
    private int pid = -1;
    private int ppid = -1;
    private long born = -1;
    private int uid = -1;
    private long loginUid = -1;
    private int code = -1;
    private @Nullable String exe;
    private String comm = "";
    private @Nullable String cwd;
    private @Nullable String unit;
    private @Nullable String tty;
    private @Nullable String session;
    private final List<String> arguments = new ArrayList<>();

    @Override
    public void accept(String name, JsonToken token, String value) {
      switch (name) {
        case "t" -> time = Decimal.micros(value);
        case "ev" -> event = value;
        case "pid" -> pid = Decimal.integer(value);
        case "ppid" -> ppid = Decimal.integer(value);
        case "start" -> {
          long micros = Decimal.micros(value);
          born = micros == Stamps.NONE ? -1 : micros;
        }
        case "uid" -> uid = Decimal.integer(value);
        case "auid" -> loginUid = Decimal.unsigned(value);
        case "code" -> code = Decimal.integer(value);
        case "exe" -> exe = value.isEmpty() ? null : value;
        case "comm" -> comm = value;
        case "cwd" -> cwd = value;
        case "unit" -> unit = value;
        case "tty" -> tty = value;
        case "ses" -> session = value;
        case "cmdline" -> {
          if (arguments.size() < MAX_ARGUMENTS) {
            arguments.add(value);
          }
        }
        default -> {
          // Not needed: process group and session say nothing about origin.
        }
      }
    }

    ProcessStart start(Provenance provenance, ProcessStart.Kind kind) {
      // The kernel gives a process without readable arguments as one empty argument.
      List<String> argv =
          arguments.size() == 1 && arguments.getFirst().isEmpty() ? List.of() : arguments;
      return new ProcessStart(
          provenance,
          kind,
          new ProcessId(pid, born),
          ProcessStart.Parent.of(ppid),
          image(),
          argv,
          cwd,
          new Identity(uid, null, null, loginUid, session),
          tty,
          unit,
          false);
    }

    private Image image() {
      String path = exe;
      if (path == null) {
        return Image.UNKNOWN;
      }
      boolean fileless = path.endsWith(" (deleted)") || path.startsWith("/memfd:");
      return Image.running(path, comm, arguments, fileless);
    }

    /// The low seven bits of a wait status are the signal that ended the process.
    int endSignal() {
      return code < 0 ? -1 : code & 0x7F;
    }
  }
}
