package io.graftwatch.linux.proc;

import io.graftwatch.core.line.LineKind;
import io.graftwatch.core.source.SourceType;

/// The recorded kind of this package.
public final class ProcKind {
  private ProcKind() {}

  public static SourceType type() {
    return new LineKind("proc", ProcParser::new);
  }
}
