package io.graftwatch.windows.evtx;

import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.windows.event.EventXmlLog;
import io.graftwatch.windows.map.EventMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// Binary event log files, on any machine.
public final class EvtxKind implements SourceType {
  @Override
  public String kind() {
    return "evtx";
  }

  @Override
  public Applicability probe(Host host) {
    return new Applicability.Unusable(
        "evtx is a recorded kind.", "It is read by `graftwatch replay` only.");
  }

  @Override
  public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) throws IOException {
    throw new IOException("evtx cannot be read live; use `graftwatch replay evtx=PATH`");
  }

  @Override
  public Source replay(Recording recording) throws IOException {
    Path path = recording.path();
    if (path == null) {
      throw new IOException("an .evtx is read by its places and cannot come from standard input");
    }
    long reference = ChronoUnit.MICROS.between(Instant.EPOCH, recording.yearHint());
    var origin =
        new Origin(kind(), recording.name(), recording.zone(), () -> reference, time -> time);
    return new EvtxRecording(path, new EventXmlLog(origin), EventMapper.ids()::get);
  }
}
