package io.graftwatch.linux.socket;

import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Applicability.Lack;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.process.Capabilities;
import io.graftwatch.linux.process.Capabilities.Capability;
import io.graftwatch.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The kernel's table of connections, swept.
public final class ConnType implements SourceType {
  private final SourceType recorded;
  private final BooleanSupplier audited;

  /// @param recorded reads recordings of the kind
  /// @param audited whether kernel audit tells of connections at this moment
  public ConnType(SourceType recorded, BooleanSupplier audited) {
    this.recorded = recorded;
    this.audited = audited;
  }

  @Override
  public String kind() {
    return ConnSource.KIND;
  }

  @Override
  public Applicability probe(Host host) {
    var lacks = new ArrayList<Lack>();
    if (!Capabilities.own().has(Capability.SYS_PTRACE)) {
      lacks.add(
          new Lack(
              "The sockets of other users' processes cannot be told apart: connections of servers"
                  + " have no owner.",
              Capability.SYS_PTRACE.remedy()));
    }
    return new Applicability.Usable(lacks);
  }

  @Override
  public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) throws IOException {
    return new ConnSource(new ProcFs(Path.of("/proc")), audited, InstantSource.system());
  }

  @Override
  public @Nullable Source replay(Recording recording) throws IOException {
    return recorded.replay(recording);
  }
}
