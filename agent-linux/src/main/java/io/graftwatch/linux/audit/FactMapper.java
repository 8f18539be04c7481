package io.graftwatch.linux.audit;

import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.FileWrite;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.KernelCall;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.source.FactSink;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/// Maps a reassembled event to the fact that it is, if it is one: at most one an event, since time
/// and serial name the fact.
final class FactMapper {
  private static final long ENRICHED_UID = Fields.key("UID");

  private final ObjLongConsumer<String> notes;
  private final RawLines raw = new RawLines();
  private final Fields fields = new Fields();
  private final Memo<String> quoted = texts(true);
  private final Memo<String> unquoted = texts(false);
  private final ExecFacts exec = new ExecFacts(this);
  private final FileFacts files = new FileFacts(this);
  private final NetworkFacts network = new NetworkFacts(this);
  private final ChangeFacts changes = new ChangeFacts(this);
  private final Directories directories = new Directories();

  /// @param notes counts named observations
  FactMapper(ObjLongConsumer<String> notes) {
    this.notes = notes;
  }

  private static Memo<String> texts(boolean quoted) {
    return new Memo<>(2048, 256, (b, from, to) -> Bytes.text(b, from, to, quoted));
  }

  /// Hands out what an event tells.
  ///
  /// @return whether it is a fact, now or as soon as its path is known
  boolean map(AuditEvent event, long tick, FactSink sink) {
    Fact fact = fact(event);
    switch (fact) {
      case null -> {
        return false;
      }
      case FileWrite write -> placed(event, write, tick, sink);
      case ProcessStart start -> {
        sink.accept(start);
        directories.started(start, sink);
      }
      default -> sink.accept(fact);
    }
    return true;
  }

  private void placed(AuditEvent event, FileWrite write, long tick, FactSink sink) {
    Directories.Inode parent = FileFacts.parent(event);
    if (!write.path().startsWith("/")) {
      directories.place(write, parent, tick, sink);
      return;
    }
    sink.accept(write);
    if (parent != null && !Descriptors.ofTarget(event.call)) {
      directories.learn(parent, Paths.parent(write.path()), sink);
    }
  }

  /// Directories whose inodes stand for paths.
  Directories directories() {
    return directories;
  }

  private @Nullable Fact fact(AuditEvent event) {
    if (event.change.given()) {
      return changes.configuration(event);
    }
    if (!event.called) {
      return null;
    }
    return switch (event.call.operation) {
      case NONE, SOCKETCALL -> null;
      case EXEC -> exec.start(event);
      case CONNECT, SEND, BIND -> network.map(event);
      case OPEN, OPENAT, OPENAT2, CREATE, RENAME, LINK, SYMLINK, REMOVE, ATTRIBUTES, TRUNCATE ->
          files.map(event);
      case IO_URING -> kernelCall(event, KernelCall.Call.IO_URING);
      case INJECT -> kernelCall(event, KernelCall.Call.INJECT);
      case MEMFD -> noted("memfd_create");
    };
  }

  /// A record that is an event by itself.
  @Nullable Fact map(AuditRecord record, long seen) {
    return switch (record.type) {
      case RecordType.ANOM_ABEND -> changes.crash(record, seen);
      case RecordType.DAEMON_START, RecordType.DAEMON_END, RecordType.DAEMON_ABORT ->
          changes.daemon(record, seen);
      default -> null;
    };
  }

  private Fact kernelCall(AuditEvent event, KernelCall.Call call) {
    return new KernelCall(provenance(event, false), call, actor(event));
  }

  /// Counts an observation that makes no fact.
  @Nullable Fact noted(String name) {
    note(name);
    return null;
  }

  void note(String name) {
    notes.accept(name, 1);
  }

  Fields fields() {
    return fields;
  }

  RawLines raw() {
    return raw;
  }

  /// As [Slice#text].
  @Nullable String text(AuditEvent event, Slice slice) {
    return !slice.given() || slice.none(event.bytes)
        ? null
        : (slice.quoted ? quoted : unquoted).of(event.bytes, slice.from, slice.to);
  }

  Provenance provenance(AuditEvent event, boolean withPaths) {
    return provenance(event.idText(), event.time, event.seen, event.raw(raw, withPaths));
  }

  Provenance provenance(String id, long time, long seen, RawLines lines) {
    return new Provenance(AuditdType.KIND, id, Provenance.KERNEL, time, seen, null, lines.raw());
  }

  Identity identity(AuditEvent event) {
    Call call = event.call;
    return new Identity(call.uid, user(event), null, call.auid, session(word(event, call.session)));
  }

  /// The text of a field that the kernel never writes in hexadecimal.
  @Nullable String word(AuditEvent event, Slice slice) {
    return slice.given() && !slice.none(event.bytes)
        ? quoted.of(event.bytes, slice.from, slice.to)
        : null;
  }

  static @Nullable String session(@Nullable String ses) {
    return ses == null || ses.equals("4294967295") ? null : ses;
  }

  /// The account name that auditd's enrichment gives for the uid; never anything but a name.
  private @Nullable String user(AuditEvent event) {
    int from = event.call.end + 1;
    if (from >= event.callTo) {
      return null;
    }
    fields.on(event.bytes, from, event.callTo);
    while (fields.next()) {
      if (fields.key == ENRICHED_UID) {
        String name = quoted.of(event.bytes, fields.from, fields.to);
        return name.startsWith("unknown(") || name.equals("unset") ? null : name;
      }
    }
    return null;
  }

  Actor actor(AuditEvent event) {
    Call call = event.call;
    return new Actor(
        ProcessId.of(call.pid), call.ppid, text(event, call.exe), List.of(), identity(event), null);
  }
}
