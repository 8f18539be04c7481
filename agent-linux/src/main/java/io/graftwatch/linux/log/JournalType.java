package io.graftwatch.linux.log;

import io.graftwatch.core.line.LineRecording;
import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Kind `journal`: live through journalctl, recorded as `journalctl -o json` prints it.
final class JournalType implements SourceType {
  private static final Path JOURNALCTL = Path.of("/usr/bin/journalctl");
  private static final JournalFiles FILES =
      new JournalFiles(List.of(Path.of("/var/log/journal"), Path.of("/run/log/journal")));

  @Override
  public String kind() {
    return "journal";
  }

  @Override
  public Applicability probe(Host host) {
    if (!Files.isExecutable(JOURNALCTL)) {
      return new Applicability.Unusable(
          JOURNALCTL + " is not here.", "Nothing to do on a host without systemd.");
    }
    if (FILES.denied()) {
      return new Applicability.Unusable(
          "The system's journal cannot be read.",
          "usermod -aG systemd-journal graftwatch  # or run as root");
    }
    return FILES.exist()
        ? Applicability.usable()
        : new Applicability.Unusable(
            "No journal is kept on this host.", "systemctl start systemd-journald");
  }

  @Override
  public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) throws IOException {
    return new JournalSource(JOURNALCTL, FILES, InstantSource.system(), from);
  }

  @Override
  public Source replay(Recording recording) throws IOException {
    return new LineRecording(kind(), recording, JournalParser::new);
  }
}
