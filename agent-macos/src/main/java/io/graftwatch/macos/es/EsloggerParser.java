package io.graftwatch.macos.es;

import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Image;
import io.graftwatch.core.fact.ProcessEnd;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineParser;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.FactSink;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Kind `eslogger`: what `eslogger exec fork exit` prints.
///
/// A process that acts and was not told of before is introduced as found running, with the program
/// that it ran until then: so a server is known though it started before eslogger, and the forked
/// child of one whose parent is gone.
public final class EsloggerParser implements LineParser {
  /// Longest line that is looked at: arguments may take a quarter of a megabyte, the environment
  /// too.
  public static final int MAX_LINE = 1024 * 1024;

  private static final int MAX_KNOWN = 32_768;

  private final Origin origin;

  /// pid → pidversion of the run that was last told of.
  private final Map<Integer, Long> known =
      new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
          return size() > MAX_KNOWN;
        }
      };

  private long sequence = -1;
  private long before;

  public EsloggerParser(Origin origin) {
    this.origin = origin;
  }

  @Override
  public Outcome parse(Line line, FactSink sink) {
    if (line.isEmpty()) {
      return Outcome.FILTERED;
    }
    EsEvent event = EsEvent.read(line);
    if (event == null || event.kind == null) {
      return Outcome.MALFORMED;
    }
    long time = micros(event.time);
    if (time == Long.MIN_VALUE) {
      return Outcome.MALFORMED;
    }
    Provenance provenance = origin.provenance(line, Provenance.KERNEL, time);
    boolean gap = lost(event, provenance, sink);
    boolean told =
        switch (event.kind) {
          case "exec" -> ran(event, provenance, sink);
          case "fork" -> forked(event, provenance, sink);
          case "exit" -> ended(event, provenance, sink);
          default -> gap;
        };
    return told ? Outcome.PARSED : gap ? Outcome.PARSED : Outcome.FILTERED;
  }

  /// A number that was left out is an event that eslogger was too slow for.
  private boolean lost(EsEvent event, Provenance provenance, FactSink sink) {
    long last = sequence;
    long since = before;
    if (event.sequence >= 0) {
      sequence = event.sequence;
      before = provenance.time();
    }
    if (last < 0 || event.sequence <= last + 1) {
      return false;
    }
    long lost = event.sequence - last - 1;
    long from = Math.min(since, provenance.time());
    sink.accept(new SourceGap(provenance, from, provenance.time(), lost, "source_loss"));
    return true;
  }

  private boolean ran(EsEvent event, Provenance provenance, FactSink sink) {
    EsEvent.Party target = event.target;
    if (target.pid < 0 || target.path == null) {
      return false;
    }
    introduce(event.process, provenance, sink);
    known.put(target.pid, target.version);
    sink.accept(
        new ProcessStart(
            provenance,
            ProcessStart.Kind.EXEC,
            ProcessId.of(target.pid),
            ProcessStart.Parent.of(target.ppid),
            new Image(target.path, event.script, null, null, null, null, false),
            event.arguments,
            event.cwd,
            identity(target),
            target.tty,
            null,
            false));
    return true;
  }

  private boolean forked(EsEvent event, Provenance provenance, FactSink sink) {
    EsEvent.Party child = event.target;
    if (child.pid < 0) {
      return false;
    }
    introduce(event.process, provenance, sink);
    gone(child, provenance, sink);
    known.put(child.pid, child.version);
    sink.accept(
        new ProcessStart(
            provenance,
            ProcessStart.Kind.FORK,
            ProcessId.of(child.pid),
            ProcessStart.Parent.of(event.process.pid),
            Image.UNKNOWN,
            List.of(),
            null,
            identity(child),
            child.tty,
            null,
            false));
    return true;
  }

  private boolean ended(EsEvent event, Provenance provenance, FactSink sink) {
    known.remove(event.process.pid);
    int signal = event.status < 0 ? -1 : event.status & 0x7F;
    sink.accept(new ProcessEnd(provenance, ProcessId.of(event.process.pid), signal));
    return true;
  }

  /// Tells of a process that nothing was told of, as it was until now.
  private void introduce(EsEvent.Party process, Provenance provenance, FactSink sink) {
    gone(process, provenance, sink);
    if (process.path == null || known.putIfAbsent(process.pid, process.version) != null) {
      return;
    }
    sink.accept(
        new ProcessStart(
            provenance,
            ProcessStart.Kind.SNAPSHOT,
            ProcessId.of(process.pid),
            ProcessStart.Parent.of(process.ppid),
            Image.of(process.path),
            List.of(),
            null,
            identity(process),
            null,
            null,
            false));
  }

  /// The pid has gone to another process without a word of the first one's end.
  private void gone(EsEvent.Party process, Provenance provenance, FactSink sink) {
    Long version = known.get(process.pid);
    if (version != null && version >= 0 && process.version > version) {
      known.remove(process.pid);
      sink.accept(new ProcessEnd(earlier(provenance), ProcessId.of(process.pid), -1));
    }
  }

  private static Provenance earlier(Provenance provenance) {
    return new Provenance(
        provenance.source(),
        provenance.record(),
        provenance.place(),
        provenance.trust(),
        provenance.time() - 1,
        provenance.seen(),
        null,
        false,
        provenance.raw());
  }

  /// An audit user that is not set says nothing: launchd's jobs and what they start have none.
  private static Identity identity(EsEvent.Party party) {
    long login = party.auid < 0 || party.auid == Identity.UNSET ? -1 : party.auid;
    return new Identity(party.euid, null, null, login, null);
  }

  private static long micros(@Nullable String time) {
    try {
      return time == null || time.length() > 40
          ? Long.MIN_VALUE
          : ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time));
    } catch (DateTimeException | ArithmeticException _) {
      return Long.MIN_VALUE;
    }
  }
}
