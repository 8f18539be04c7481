package io.graftwatch.windows.map;

import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.ComponentChange;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.source.FactSink;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Registry values that make a server load something.
final class RegistryFacts {
  private static final String SERVICE_DLL = "\\services\\termservice\\parameters\\servicedll";
  private static final List<String> PROFILERS =
      List.of(
          "\\environment\\cor_profiler",
          "\\environment\\cor_profiler_path",
          "\\environment\\coreclr_profiler",
          "\\environment\\coreclr_profiler_path",
          "\\services\\w3svc\\environment",
          "\\services\\was\\environment");

  private RegistryFacts() {}

  /// A value that was set.
  ///
  /// @param target key and value name
  /// @param data what it was set to
  record Value(String target, @Nullable String data, Actor actor) {}

  static boolean set(Value value, Provenance provenance, FactSink sink) {
    String target = value.target().toLowerCase(Locale.ROOT);
    if (target.endsWith(SERVICE_DLL)) {
      if (isSystems(value.data())) {
        return false;
      }
      sink.accept(
          change("termsrv", "ServiceDll", value, ComponentChange.Action.REGISTERED, provenance));
      return true;
    }
    for (String profiler : PROFILERS) {
      if (target.endsWith(profiler)) {
        sink.accept(
            change("iis", "environment", value, ComponentChange.Action.OPTION_CHANGED, provenance));
        return true;
      }
    }
    return false;
  }

  /// The library that Windows itself puts there.
  private static boolean isSystems(@Nullable String path) {
    if (path == null) {
      return false;
    }
    String folded = path.toLowerCase(Locale.ROOT);
    return folded.equals("%systemroot%\\system32\\termsrv.dll")
        || (folded.endsWith(":\\windows\\system32\\termsrv.dll") && folded.length() == 31);
  }

  private static ComponentChange change(
      String kind, String name, Value value, ComponentChange.Action action, Provenance provenance) {
    return Components.change(provenance, kind, name, action)
        .path(value.data())
        .in(value.target())
        .by(value.actor())
        .fact();
  }
}
