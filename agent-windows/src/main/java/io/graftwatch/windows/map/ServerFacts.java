package io.graftwatch.windows.map;

import io.graftwatch.core.fact.ComponentChange;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.ServerLog;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.windows.event.EventData;
import io.graftwatch.windows.event.WinEvent;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What web servers log: components registered, components that failed to load, workers that died.
final class ServerFacts {
  private static final String IIS = "iis";
  private static final String APACHE = "apache";

  /// Modules that IIS brings along and that its set-up registers.
  private static final Set<String> BUILT_IN =
      Set.of(
          "AnonymousAuthenticationModule",
          "CustomErrorModule",
          "DefaultDocumentModule",
          "DirectoryListingModule",
          "FileCacheModule",
          "HttpCacheModule",
          "HttpLoggingModule",
          "ProtocolSupportModule",
          "RequestFilteringModule",
          "StaticCompressionModule",
          "StaticFileModule",
          "TokenCacheModule",
          "UriCacheModule");

  private ServerFacts() {}

  static boolean isBuiltIn(String module) {
    return BUILT_IN.contains(module);
  }

  /// IIS-Configuration 29: one attribute of the configuration was changed, here of a module.
  static boolean iisConfigured(WinEvent event, Provenance provenance, FactSink sink) {
    EventData data = event.data();
    String changed = data.get("Configuration");
    if (event.id() != 29 || changed == null) {
      return false;
    }
    String lower = changed.toLowerCase(Locale.ROOT);
    boolean module =
        lower.contains("/modules/add")
            || lower.contains("/globalmodules/add")
            || lower.contains("/isapifilters/filter");
    String name = attribute(changed, "name");
    String value = data.get("NewValue");
    if (!module || isBuiltIn(name == null ? String.valueOf(value) : name)) {
      return false;
    }
    boolean file = lower.endsWith("/@image") || lower.endsWith("/@path");
    boolean removed = value == null && data.get("OldValue") != null;
    String component = name != null ? name : value != null ? value : changed;
    sink.accept(
        Components.change(
                provenance,
                IIS,
                component,
                removed ? ComponentChange.Action.REMOVED : ComponentChange.Action.REGISTERED)
            .path(file ? value : null)
            .in(data.get("PhysicalPath"))
            .with("location", data.get("EffectiveLocationPath"))
            .fact());
    return true;
  }

  /// The value in `[@name="…"]`.
  private static @Nullable String attribute(String path, String name) {
    int at = path.indexOf("[@" + name + "=");
    int from = at + name.length() + 4;
    if (at < 0 || from > path.length()) {
      return null;
    }
    int end = path.indexOf(path.charAt(from - 1), from);
    return end < 0 ? null : path.substring(from, end);
  }

  /// W3SVC-WP 2214, 2220, 2280, 2282, 2293, 2295, 2296, 2298: a filter, extension or module was not
  /// loaded.
  static boolean iisLoadFailed(WinEvent event, Provenance provenance, FactSink sink) {
    EventData data = event.data();
    if (event.id() < 2214 || event.id() > 2298) {
      return false;
    }
    String component = null;
    for (int i = 0; i < data.size(); i++) {
      String value = data.at(i);
      if (value.toLowerCase(Locale.ROOT).endsWith(".dll")) {
        component = value;
      }
    }
    String name = data.get("Name");
    component = component != null ? component : name != null ? name : data.at(0);
    sink.accept(
        new ServerLog(
            provenance,
            IIS,
            null,
            ServerLog.Kind.LOAD_ERROR,
            component,
            -1,
            null,
            event.id() + ": " + component + " was not loaded"));
    return true;
  }

  /// Apache Service 3299: the fourth value is one line of the server's standard error.
  static boolean apacheError(WinEvent event, Provenance provenance, FactSink sink) {
    String line = event.data().at(3);
    String component = event.id() == 3299 ? unloaded(line) : null;
    if (component == null) {
      return false;
    }
    sink.accept(
        new ServerLog(
            provenance, APACHE, null, ServerLog.Kind.LOAD_ERROR, component, -1, null, line));
    return true;
  }

  private static @Nullable String unloaded(String line) {
    int load = line.indexOf("Cannot load ");
    if (load >= 0) {
      int end = line.indexOf(" into server", load);
      return line.substring(load + 12, end < 0 ? line.length() : end);
    }
    int file = line.indexOf("in file ");
    if (line.contains("API module structure") && file >= 0) {
      String rest = line.substring(file + 8).strip();
      int end = rest.endsWith(":") ? rest.length() - 1 : rest.length();
      return rest.substring(0, end);
    }
    return line.contains("is garbled") ? line : null;
  }

  /// WAS 5009, 5010, 5011, 5013: a worker process of an application pool died.
  static boolean workerDied(WinEvent event, Provenance provenance, FactSink sink) {
    String pool = event.data().get("AppPoolID");
    if (pool == null) {
      return false;
    }
    sink.accept(
        new ServerLog(
            provenance,
            IIS,
            pool,
            ServerLog.Kind.WORKER_CRASH,
            null,
            event.data().number("ProcessID"),
            null,
            "a worker process of pool " + pool + " died"));
    return true;
  }

  /// Application Error 1000. Which server the program is, if any, is not ours to say.
  static boolean crashed(WinEvent event, Provenance provenance, FactSink sink) {
    EventData data = event.data();
    if (event.id() != 1000 || data.size() < 12) {
      return false;
    }
    String pid = data.at(8);
    String module = data.at(11);
    sink.accept(
        new ServerLog(
            provenance,
            "kernel",
            null,
            ServerLog.Kind.WORKER_CRASH,
            module.isEmpty() ? data.at(3) : module,
            EventData.numberOf(pid.startsWith("0x") ? pid : "0x" + pid),
            data.at(10),
            data.at(0) + " crashed in " + data.at(3) + " with " + data.at(6)));
    return true;
  }
}
