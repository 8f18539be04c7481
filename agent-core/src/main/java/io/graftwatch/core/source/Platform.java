package io.graftwatch.core.source;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A platform module's entry, found through [java.util.ServiceLoader].
public interface Platform {
  /// Short name: `linux`, `windows`, `macos`, `esxi`.
  String id();

  /// What it can read live, and which recorded kinds `replay` accepts.
  List<SourceType> sources();

  /// Rules that its sources keep in the operating system; null when there are none.
  default @Nullable KernelRules rules() {
    return null;
  }

  /// What started the agent as a service.
  default ServiceManager service() {
    return ServiceManager.NONE;
  }

  /// How the running agent is confined; empty where this platform cannot tell.
  ///
  /// @param pid of the running agent
  /// @throws IOException with a sentence when this user may not look
  default List<Measure> sandbox(long pid) throws IOException {
    return List.of();
  }
}
