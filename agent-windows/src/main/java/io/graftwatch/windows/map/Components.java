package io.graftwatch.windows.map;

import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.ComponentChange;
import io.graftwatch.core.fact.Provenance;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Puts a [ComponentChange] together from the few values that one event tells.
final class Components {
  private final Provenance provenance;
  private final String kind;
  private final String name;
  private final ComponentChange.Action action;
  private final Map<String, String> detail = new TreeMap<>();
  private @Nullable String instance;
  private @Nullable String path;
  private @Nullable String file;
  private Actor actor = Actor.UNKNOWN;

  private Components(
      Provenance provenance, String kind, String name, ComponentChange.Action action) {
    this.provenance = provenance;
    this.kind = kind;
    this.name = name;
    this.action = action;
  }

  /// @param kind server kind as in the catalogue
  /// @param name component
  static Components change(
      Provenance provenance, String kind, String name, ComponentChange.Action action) {
    return new Components(provenance, kind, name, action);
  }

  Components of(@Nullable String newInstance) {
    instance = newInstance;
    return this;
  }

  Components path(@Nullable String newPath) {
    path = newPath;
    return this;
  }

  /// The file or registry value that carries the registration.
  Components in(@Nullable String newFile) {
    file = newFile;
    return this;
  }

  Components by(Actor newActor) {
    actor = newActor;
    return this;
  }

  Components with(String key, @Nullable String value) {
    if (value != null) {
      detail.put(key, value);
    }
    return this;
  }

  ComponentChange fact() {
    return new ComponentChange(
        provenance,
        kind,
        instance,
        name,
        path,
        action,
        file,
        actor,
        null,
        null,
        null,
        null,
        null,
        detail);
  }
}
