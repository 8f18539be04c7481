package io.graftwatch.esxi;

import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.esxi.map.EsxiRecording;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

record EsxiKind(String kind, boolean wire) implements SourceType {
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
    return new EsxiRecording(kind, wire, recording);
  }
}
