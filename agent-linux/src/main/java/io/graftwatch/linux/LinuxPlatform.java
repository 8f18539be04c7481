package io.graftwatch.linux;

import io.graftwatch.core.source.KernelRules;
import io.graftwatch.core.source.Measure;
import io.graftwatch.core.source.Platform;
import io.graftwatch.core.source.ServiceManager;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.audit.AuditdType;
import io.graftwatch.linux.flow.FlowKinds;
import io.graftwatch.linux.inventory.InventoryType;
import io.graftwatch.linux.live.AuditType;
import io.graftwatch.linux.live.HostAudit;
import io.graftwatch.linux.live.SystemdNotify;
import io.graftwatch.linux.log.LogKinds;
import io.graftwatch.linux.proc.ProcKind;
import io.graftwatch.linux.process.ProcType;
import io.graftwatch.linux.process.Sandbox;
import io.graftwatch.linux.socket.ConnType;
import io.graftwatch.linux.tail.FileWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// Linux: kernel audit, server logs, connections, component inventory.
public final class LinuxPlatform implements Platform {
  @Override
  public String id() {
    return "linux";
  }

  @Override
  public List<SourceType> sources() {
    var audited = new AtomicBoolean();
    var types = new ArrayList<SourceType>();
    var inventory = new InventoryType();
    types.add(new AuditType(new AuditdType(), audited::set, inventory::started));
    var logs = new FileWatch();
    types.addAll(LogKinds.types(logs));
    for (SourceType flow : FlowKinds.types(logs)) {
      types.add(flow.kind().equals("conn") ? new ConnType(flow, audited::get) : flow);
    }
    types.add(new ProcType(ProcKind.type(), audited::get));
    types.add(inventory);
    return List.copyOf(types);
  }

  @Override
  public KernelRules rules() {
    return new HostAudit();
  }

  @Override
  public ServiceManager service() {
    return SystemdNotify.of(System.getenv("NOTIFY_SOCKET"));
  }

  @Override
  public List<Measure> sandbox(long pid) throws IOException {
    return Sandbox.of(Path.of("/proc"), Path.of("/sys/fs/cgroup"), pid);
  }
}
