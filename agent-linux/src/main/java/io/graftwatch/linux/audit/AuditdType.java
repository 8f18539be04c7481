package io.graftwatch.linux.audit;

import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The Linux kernel's audit records.
public final class AuditdType implements SourceType {
  /// As `replay` and `[sources.auditd]` name it.
  public static final String KIND = "auditd";

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Applicability probe(Host host) {
    return new Applicability.Unusable(
        "Reading audit live is not built into this version.", "graftwatch replay auditd=FILE");
  }

  @Override
  public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) throws IOException {
    throw new IOException("reading audit live is not built into this version");
  }

  @Override
  public Source replay(Recording recording) throws IOException {
    return new AuditReplay(recording);
  }
}
