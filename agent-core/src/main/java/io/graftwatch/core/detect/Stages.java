package io.graftwatch.core.detect;

import org.jspecify.annotations.Nullable;

/// Names in an evidence's data where a platform page knows stages of an attack.
final class Stages {
  static final String STAGE = "stage";
  static final String VENDOR = "vendor";
  static final String VECTOR = "accessVector";

  /// Who was there and from where; findings show them as actor and source endpoint.
  static final String USER = "user";

  static final String ADDRESS = "address";

  private Stages() {}

  /// @return null for evidence that is no stage
  static @Nullable String of(Evidence evidence) {
    return evidence.subject().data().get(STAGE);
  }
}
