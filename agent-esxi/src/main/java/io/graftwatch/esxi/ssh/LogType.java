package io.graftwatch.esxi.ssh;

import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.esxi.map.EsxiRecording;
import io.graftwatch.esxi.map.OwnSessions;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Log files of ESXi hosts, read over SSH or recorded.
///
/// @param own the agent's own sessions, which it must not find
public record LogType(OwnSessions own) implements SourceType {
  @Override
  public String kind() {
    return "esxi-log";
  }

  @Override
  public Applicability probe(Host host) {
    return Applicability.usable();
  }

  @Override
  public List<String> advice() {
    return List.of(
        "syslog instead, if it can be: an enabled SSH is itself what an intruder looks for",
        "the agent's public key in /etc/ssh/keys-USER/authorized_keys on each ESXi host");
  }

  @Override
  public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) throws IOException {
    return new TailSource(kind(), TailConfig.of(config), from, InstantSource.system(), own);
  }

  @Override
  public Source replay(Recording recording) throws IOException {
    return new EsxiRecording(kind(), false, recording);
  }
}
