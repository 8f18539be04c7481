package io.graftwatch.linux.audit;

import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ServerLog;
import io.graftwatch.core.fact.SourceChange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What audit says about itself, and about processes that died of a signal.
final class ChangeFacts {
  private static final long PID = Fields.key("pid");
  private static final long UID = Fields.key("uid");
  private static final long AUID = Fields.key("auid");
  private static final long SES = Fields.key("ses");
  private static final long OP = Fields.key("op");
  private static final long LIST = Fields.key("list");
  private static final long RES = Fields.key("res");
  private static final long OLD = Fields.key("old");
  private static final long EXE = Fields.key("exe");
  private static final long SIG = Fields.key("sig");
  private static final long COMM = Fields.key("comm");
  private static final int MAX_DETAIL = 512;

  /// Filter lists of `linux/audit.h` whose rules can only hide something.
  private static final int FILTER_TASK = 1;

  private static final int FILTER_EXCLUDE = 5;

  private final FactMapper mapper;
  private final Slice exe = new Slice();

  ChangeFacts(FactMapper mapper) {
    this.mapper = mapper;
  }

  /// CONFIG_CHANGE, with the SYSCALL record of whoever made it where the kernel gives one.
  @Nullable Fact configuration(AuditEvent event) {
    SourceChange.Kind kind = kind(event.bytes, event.change.from, event.change.to);
    if (kind == null) {
      return null;
    }
    return new SourceChange(
        mapper.provenance(event, false),
        AuditdType.KIND,
        kind,
        detail(event.bytes, event.change.from, event.change.to),
        event.called
            ? mapper.actor(event)
            : actor(event.bytes, event.change.from, event.change.to));
  }

  private SourceChange.@Nullable Kind kind(byte[] b, int from, int to) {
    Fields f = mapper.fields();
    f.on(b, from, to);
    String op = "";
    String setting = "";
    long value = -1;
    long old = -1;
    long list = -1;
    boolean done = true;
    while (f.next()) {
      if (f.key == OP) {
        op = Bytes.text(b, f.from, f.to, true);
      } else if (f.key == LIST) {
        list = f.decimal();
      } else if (f.key == RES) {
        done = f.decimal() != 0;
      } else if (f.key == OLD) {
        old = f.decimal();
      } else if (f.keyTo - f.keyFrom > 6 && b[f.keyFrom] == 'a' && b[f.keyFrom + 5] == '_') {
        setting = Bytes.text(b, f.keyFrom, f.keyTo, true);
        value = f.decimal();
      }
    }
    if (!done) {
      return null;
    }
    return switch (op) {
      case "add_rule" ->
          list == FILTER_TASK || list == FILTER_EXCLUDE
              ? SourceChange.Kind.FILTERED
              : SourceChange.Kind.RULES_ADDED;
      case "remove_rule" -> SourceChange.Kind.RULES_REMOVED;
      default -> setting(setting, value, old);
    };
  }

  /// A setting of audit itself: `audit_enabled=0 old=1`.
  private static SourceChange.@Nullable Kind setting(String setting, long value, long old) {
    return switch (setting) {
      case "audit_enabled" ->
          value == old ? null : value == 0 ? SourceChange.Kind.DISABLED : SourceChange.Kind.ENABLED;
      case "audit_rate_limit" -> value > 0 && value != old ? SourceChange.Kind.FILTERED : null;
      case "audit_backlog_limit" -> value >= 0 && value < old ? SourceChange.Kind.FILTERED : null;
      default -> null;
    };
  }

  /// auditd itself started or ended: from then on `audit.log` grows or stands still.
  Fact daemon(AuditRecord record, long seen) {
    byte[] b = record.bytes;
    return new SourceChange(
        mapper.provenance(
            record.idText(),
            record.time,
            seen,
            mapper.raw().clear().add(b, record.from, record.to)),
        AuditdType.KIND,
        record.type == RecordType.DAEMON_START
            ? SourceChange.Kind.ENABLED
            : SourceChange.Kind.DISABLED,
        detail(b, record.from, record.to),
        actor(b, record.body, record.to));
  }

  /// ANOM_ABEND: a process was ended by a signal that dumps core. No rule is needed for it.
  @Nullable Fact crash(AuditRecord record, long seen) {
    byte[] b = record.bytes;
    Fields f = mapper.fields();
    f.on(b, record.body, record.to);
    exe.clear();
    long pid = -1;
    long signal = -1;
    boolean named = false;
    while (f.next()) {
      if (f.key == PID) {
        pid = f.decimal();
      } else if (f.key == EXE) {
        exe.set(f);
      } else if (f.key == SIG) {
        signal = f.decimal();
      } else if (f.key == COMM) {
        named = true;
      }
    }
    if (pid <= 0 || pid > Integer.MAX_VALUE || signal < 0 || !named) {
      return null;
    }
    return new ServerLog(
        mapper.provenance(
            record.idText(),
            record.time,
            seen,
            mapper.raw().clear().add(b, record.from, record.to)),
        "kernel",
        null,
        ServerLog.Kind.WORKER_CRASH,
        null,
        (int) pid,
        exe.text(b),
        "process " + pid + " ended by signal " + signal);
  }

  private Actor actor(byte[] b, int from, int to) {
    Fields f = mapper.fields();
    f.on(b, from, to);
    long pid = -1;
    long uid = -1;
    long auid = -1;
    String session = null;
    while (f.next()) {
      if (f.key == PID) {
        pid = f.decimal();
      } else if (f.key == UID) {
        uid = f.decimal();
      } else if (f.key == AUID) {
        auid = f.decimal();
      } else if (f.key == SES) {
        session = FactMapper.session(Bytes.text(b, f.from, f.to, true));
      }
    }
    return new Actor(
        pid > 0 && pid < Integer.MAX_VALUE ? ProcessId.of((int) pid) : ProcessId.UNKNOWN,
        -1,
        null,
        List.of(),
        new Identity(uid > Integer.MAX_VALUE ? -1 : (int) uid, null, null, auid, session),
        null);
  }

  private static String detail(byte[] b, int from, int to) {
    int end = from;
    while (end < to && b[end] != Bytes.ENRICHED) {
      end++;
    }
    int length = Math.min(end - from, MAX_DETAIL);
    return new String(b, from, length, StandardCharsets.UTF_8).strip();
  }
}
