package io.graftwatch.core.source;

import java.util.List;

/// A platform module's entry, found through [java.util.ServiceLoader].
public interface Platform {
  /// Short name: `linux`, `windows`, `macos`, `esxi`.
  String id();

  /// What it can read live, and which recorded kinds `replay` accepts.
  List<SourceType> sources();
}
