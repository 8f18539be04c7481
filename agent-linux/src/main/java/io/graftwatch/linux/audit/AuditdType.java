package io.graftwatch.linux.audit;

import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.tail.Readability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The Linux kernel's audit records.
public final class AuditdType implements SourceType {
  /// As `replay` and `[sources.auditd]` name it.
  public static final String KIND = "auditd";

  private static final String DEFAULT_LOG = "/var/log/audit/audit.log";

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Applicability probe(Host host) {
    Path log = Path.of(DEFAULT_LOG);
    if (Readability.file(log)) {
      return Applicability.usable();
    }
    return Files.exists(log.getParent())
        ? new Applicability.Unusable(
            log + " cannot be read.", "setfacl -R -m u:graftwatch:rX " + log.getParent())
        : new Applicability.Unusable(
            "There is no " + log + ": no audit daemon writes one.", "apt-get install auditd");
  }

  /// Follows the daemon's log; key `log` names the file.
  @Override
  public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) throws IOException {
    Path log = Path.of(config.get("log", DEFAULT_LOG));
    if (!Readability.file(log)) {
      throw new IOException(
          log + " cannot be read; install auditd, or let the agent read the file");
    }
    return new AuditLogSource(log, from, InstantSource.system());
  }

  @Override
  public Source replay(Recording recording) throws IOException {
    return new AuditReplay(recording);
  }
}
