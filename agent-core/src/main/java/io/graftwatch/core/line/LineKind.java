package io.graftwatch.core.line;

import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A kind of line log that is only replayed.
///
/// @param kind as the command line names it
/// @param maxLine bytes of a line that are handed out; the rest of a longer one is passed over
/// @param parsers makes the parser of one log
public record LineKind(String kind, int maxLine, Function<Origin, LineParser> parsers)
    implements SourceType {
  /// A kind whose lines have the usual length.
  public LineKind(String kind, Function<Origin, LineParser> parsers) {
    this(kind, Line.MAX, parsers);
  }

  @Override
  public Applicability probe(Host host) {
    return new Applicability.Unusable("it is read by `graftwatch replay` only", "");
  }

  @Override
  public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) throws IOException {
    throw new IOException(kind + " cannot be read live; use `graftwatch replay " + kind + "=PATH`");
  }

  @Override
  public Source replay(Recording recording) throws IOException {
    return new LineRecording(kind, recording, maxLine, parsers);
  }
}
