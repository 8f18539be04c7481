package io.graftwatch.macos.live;

import io.graftwatch.core.line.LineRecording;
import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.macos.unified.UnifiedLogParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Kind `unifiedlog`: live through `log stream`, recorded as `log` prints ndjson.
public final class UnifiedLogType implements SourceType {
  private static final String LOG = "/usr/bin/log";
  private static final String SYSCTL = "/usr/sbin/sysctl";

  @Override
  public String kind() {
    return "unifiedlog";
  }

  @Override
  public Applicability probe(Host host) {
    return new Applicability.Usable(new Switches(SYSCTL).read().lacks());
  }

  @Override
  public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) throws IOException {
    String log = config.get("command", LOG);
    if (!Files.isExecutable(Path.of(log))) {
      throw new IOException(
          log + " is not here or may not be run; see [sources.unifiedlog] command");
    }
    return new UnifiedLogSource(
        log,
        Predicate.of(Boolean.parseBoolean(config.get("narrow", "false")), names(host)),
        new Switches(SYSCTL),
        HostLookUp::new,
        InstantSource.system(),
        from);
  }

  private static List<String> names(Host host) {
    return host.serverBinaries().stream()
        .map(path -> path.substring(path.lastIndexOf('/') + 1))
        .toList();
  }

  @Override
  public Source replay(Recording recording) throws IOException {
    return new LineRecording(kind(), recording, UnifiedLogParser::new);
  }
}
