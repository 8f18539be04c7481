package io.graftwatch.windows.map;

import io.graftwatch.core.config.Addresses;
import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.fact.FileWrite;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Image;
import io.graftwatch.core.fact.ModuleLoad;
import io.graftwatch.core.fact.ProcessEnd;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.SourceChange;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.windows.event.EventData;
import io.graftwatch.windows.event.EventTime;
import io.graftwatch.windows.event.WinEvent;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Microsoft-Windows-Sysmon/Operational.
final class SysmonFacts {
  /// Logon sessions that all services of a kind share: SYSTEM, NETWORK SERVICE, LOCAL SERVICE.
  private static final Set<String> SHARED_SESSIONS = Set.of("0x3e7", "0x3e4", "0x3e5");

  private SysmonFacts() {}

  static boolean map(WinEvent event, Provenance provenance, FactSink sink) {
    EventData data = event.data();
    return switch (event.id()) {
      case 1 -> started(data, provenance, sink);
      case 3 -> connected(data, provenance, sink);
      case 4 -> stateChanged(event, provenance, sink);
      case 5 -> {
        sink.accept(new ProcessEnd(provenance, ProcessId.of(data.number("ProcessId")), -1));
        yield true;
      }
      case 7 -> loaded(data, provenance, sink);
      case 11 -> wrote(data, provenance, FileWrite.Action.CREATED, sink);
      case 13 -> RegistryFacts.set(registryValue(data), provenance, sink);
      case 23, 26 -> wrote(data, provenance, FileWrite.Action.REMOVED, sink);
      case 255 -> {
        long time = event.time();
        sink.accept(new SourceGap(provenance, time, time, -1, "source_loss"));
        yield true;
      }
      default -> false;
    };
  }

  private static boolean started(EventData data, Provenance provenance, FactSink sink) {
    int pid = data.number("ProcessId");
    String image = image(data.get("Image"));
    if (pid < 0 || image == null) {
      return false;
    }
    var parent =
        new ProcessStart.Parent(
            new ProcessId(
                data.number("ParentProcessId"),
                guidTime(data.get("ParentProcessGuid"), provenance.time())),
            image(data.get("ParentImage")),
            CommandLine.split(data.text("ParentCommandLine")));
    long start = EventTime.micros(data.get("UtcTime"));
    var fact =
        new ProcessStart(
            provenance,
            ProcessStart.Kind.CREATE,
            new ProcessId(pid, start < 0 ? provenance.time() : start),
            parent,
            new Image(
                image,
                null,
                sha256(data.get("Hashes")),
                data.get("OriginalFileName"),
                null,
                null,
                false),
            CommandLine.split(data.text("CommandLine")),
            data.get("CurrentDirectory"),
            identity(data),
            null,
            session(data),
            false);
    sink.accept(fact);
    Registrations.command(fact, data.text("CommandLine"), sink);
    return true;
  }

  private static Identity identity(EventData data) {
    return new Identity(-1, data.get("User"), null, -1, data.get("LogonId"));
  }

  /// A logon session of services only: what runs in it belongs to the service that it was made for.
  private static @Nullable String session(EventData data) {
    String session = data.get("LogonId");
    boolean services = "0".equals(data.get("TerminalSessionId"));
    return session == null || !services || SHARED_SESSIONS.contains(session)
        ? null
        : "logon session " + session;
  }

  /// Sysmon writes `<unknown process>` for one that has gone.
  private static @Nullable String image(@Nullable String path) {
    return path == null || path.startsWith("<") ? null : path;
  }

  /// A process GUID holds the start in seconds behind the machine's own part; -1 when it does not
  /// look like one.
  private static long guidTime(@Nullable String guid, long now) {
    if (guid == null || guid.length() != 38) {
      return -1;
    }
    try {
      long seconds = Long.parseLong(guid, 15, 19, 16) << 16 | Long.parseLong(guid, 10, 14, 16);
      long micros = seconds * 1_000_000L;
      return micros <= now + 1_000_000L && micros > now - 5L * 365 * 86_400_000_000L ? micros : -1;
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  private static @Nullable String sha256(@Nullable String hashes) {
    int at = hashes == null ? -1 : hashes.indexOf("SHA256=");
    if (hashes == null || at < 0 || at + 7 + 64 > hashes.length()) {
      return null;
    }
    return hashes.substring(at + 7, at + 7 + 64).toLowerCase(Locale.ROOT);
  }

  private static boolean connected(EventData data, Provenance provenance, FactSink sink) {
    boolean initiated = !"false".equalsIgnoreCase(data.get("Initiated"));
    Endpoint source = endpoint(data, "Source");
    Endpoint destination = endpoint(data, "Destination");
    sink.accept(
        new Connection(
            provenance,
            ProcessId.of(data.number("ProcessId")),
            -1,
            image(data.get("Image")),
            identity(data),
            initiated ? Connection.Direction.OUTBOUND : Connection.Direction.INBOUND,
            Connection.State.ESTABLISHED,
            data.get("Protocol"),
            initiated ? source : destination,
            initiated ? destination : source,
            Connection.Via.EVENT));
    return true;
  }

  /// Addresses come in full length: `0:0:0:0:0:0:0:1`.
  private static Endpoint endpoint(EventData data, String end) {
    String address = data.get(end + "Ip");
    byte[] bytes = address == null ? null : Addresses.parse(address);
    return new Endpoint(
        bytes == null ? address : Addresses.format(bytes), data.number(end + "Port"));
  }

  private static boolean loaded(EventData data, Provenance provenance, FactSink sink) {
    String path = data.get("ImageLoaded");
    if (path == null) {
      return false;
    }
    boolean signed =
        "true".equalsIgnoreCase(data.get("Signed"))
            && "Valid".equalsIgnoreCase(data.get("SignatureStatus"));
    String signer = signed ? data.get("Signature") : null;
    sink.accept(
        new ModuleLoad(
            provenance,
            ProcessId.of(data.number("ProcessId")),
            path,
            sha256(data.get("Hashes")),
            signer,
            signed ? signer : ModuleLoad.UNOWNED,
            false));
    return true;
  }

  private static boolean wrote(
      EventData data, Provenance provenance, FileWrite.Action action, FactSink sink) {
    String path = data.get("TargetFilename");
    if (path == null) {
      return false;
    }
    sink.accept(
        new FileWrite(
            provenance,
            path,
            null,
            action,
            Subjects.process(data.number("ProcessId"), image(data.get("Image")), identity(data)),
            -1,
            -1,
            null,
            null));
    return true;
  }

  private static RegistryFacts.Value registryValue(EventData data) {
    String target = data.get("TargetObject");
    return new RegistryFacts.Value(
        target == null ? "" : target,
        data.get("Details"),
        Subjects.process(data.number("ProcessId"), image(data.get("Image")), identity(data)));
  }

  private static boolean stateChanged(WinEvent event, Provenance provenance, FactSink sink) {
    String state = event.data().get("State");
    if (!"Stopped".equalsIgnoreCase(state)) {
      return false;
    }
    sink.accept(
        new SourceChange(
            provenance,
            "Sysmon",
            SourceChange.Kind.DISABLED,
            "its service stopped",
            Actor.UNKNOWN));
    return true;
  }
}
