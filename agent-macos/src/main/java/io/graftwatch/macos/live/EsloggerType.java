package io.graftwatch.macos.live;

import io.graftwatch.core.line.LineKind;
import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Applicability.Lack;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.macos.es.EsloggerParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Kind `eslogger`: live through `eslogger exec fork exit`, recorded as it prints.
public final class EsloggerType implements SourceType {
  private static final String ESLOGGER = "/usr/bin/eslogger";

  private final SourceType recorded =
      new LineKind("eslogger", EsloggerParser.MAX_LINE, EsloggerParser::new);

  @Override
  public String kind() {
    return recorded.kind();
  }

  @Override
  public Applicability probe(Host host) {
    List<Lack> lacks =
        Files.isExecutable(Path.of(ESLOGGER))
            ? List.of()
            : List.of(
                new Lack(ESLOGGER + " is not here: it comes with macOS 13.", "Update macOS."));
    return new Applicability.Usable(lacks);
  }

  @Override
  public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) throws IOException {
    String eslogger = config.get("command", ESLOGGER);
    if (!Files.isExecutable(Path.of(eslogger))) {
      throw new IOException(
          eslogger + " is not here or may not be run; see [sources.eslogger] command");
    }
    return new EsloggerSource(eslogger, InstantSource.system());
  }

  @Override
  public @Nullable Source replay(Recording recording) throws IOException {
    return recorded.replay(recording);
  }
}
