package io.graftwatch.linux.process;

import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Applicability.Lack;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.kernel.DeniedException;
import io.graftwatch.linux.process.Capabilities.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Process starts and ends: the kernel's process events with `/proc`, or `/proc` alone.
public final class ProcType implements SourceType {
  private static final Path PROC = Path.of("/proc");

  private final BooleanSupplier execIsAudited;
  private final SourceType recorded;

  /// @param recorded reads recordings of the kind
  /// @param execIsAudited whether kernel audit tells at this moment what processes run
  public ProcType(SourceType recorded, BooleanSupplier execIsAudited) {
    this.recorded = recorded;
    this.execIsAudited = execIsAudited;
  }

  @Override
  public String kind() {
    return ProcFacts.KIND;
  }

  @Override
  public Applicability probe(Host host) {
    if (!Files.isReadable(PROC.resolve("self/stat"))) {
      return new Applicability.Unusable("/proc is not mounted.", "mount -t proc proc /proc");
    }
    var lacks = new ArrayList<Lack>();
    Capabilities own = Capabilities.own();
    if (!own.has(Capability.NET_ADMIN)) {
      lacks.add(
          new Lack(
              "Process events need CAP_NET_ADMIN: the process table is polled instead, and what"
                  + " lives shorter than half a second is not seen.",
              Capability.NET_ADMIN.remedy()));
    }
    if (!own.has(Capability.SYS_PTRACE)) {
      lacks.add(
          new Lack(
              "The executables of other users' processes cannot be read.",
              Capability.SYS_PTRACE.remedy()));
    }
    return new Applicability.Usable(lacks);
  }

  @Override
  public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) throws IOException {
    InstantSource clock = InstantSource.system();
    var proc = new ProcFs(PROC);
    var facts = new ProcFacts(proc, BootClock.read(clock, PROC));
    try {
      return new ProcSource(proc, facts, execIsAudited, clock);
    } catch (DeniedException e) {
      return new ProcPollSource(proc, facts, clock);
    }
  }

  @Override
  public @Nullable Source replay(Recording recording) throws IOException {
    return recorded.replay(recording);
  }
}
