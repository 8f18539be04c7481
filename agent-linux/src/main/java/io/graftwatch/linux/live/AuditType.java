package io.graftwatch.linux.live;

import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.audit.AuditdType;
import io.graftwatch.linux.kernel.DeniedException;
import io.graftwatch.linux.rules.Abi;
import io.graftwatch.linux.rules.AuditRules;
import io.graftwatch.linux.rules.HostFacts;
import io.graftwatch.linux.rules.HostSurvey;
import io.graftwatch.linux.socket.ConnectionLookUp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Kernel audit as a live source: by netlink where the kernel lets us, else from the audit daemon's
/// log.
public final class AuditType implements SourceType {
  private static final String DEFAULT_LOG = "/var/log/audit/audit.log";

  private final SourceType log;
  private final Consumer<Boolean> present;
  private final Consumer<String> started;
  private final InstantSource clock = InstantSource.system();

  /// @param log reads `audit.log`, live and recorded
  /// @param present is told when audit begins and ceases to tell what happens
  /// @param started is told the executable of what starts
  public AuditType(SourceType log, Consumer<Boolean> present, Consumer<String> started) {
    this.log = log;
    this.present = present;
    this.started = started;
  }

  @Override
  public String kind() {
    return AuditdType.KIND;
  }

  @Override
  public Applicability probe(Host host) {
    return new AuditProbe(host, log).look();
  }

  /// Modes: `auto`, `netlink`, `log`. Key `rules`: `false` leaves rules and switches to others.
  @Override
  public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) throws IOException {
    Abi abi = Abi.of(System.getProperty("os.arch"));
    if (config.mode().equals("log") || abi == null) {
      return log.open(config, host, from);
    }
    try {
      return netlink(config, host, from, abi);
    } catch (DeniedException e) {
      if (config.mode().equals("netlink")) {
        throw e;
      }
      return log.open(config, host, from);
    }
  }

  private Source netlink(SourceConfig config, Host host, @Nullable Checkpoint from, Abi abi)
      throws IOException {
    boolean manage = Boolean.parseBoolean(config.get("rules", "true"));
    int pid = (int) ProcessHandle.current().pid();
    Supplier<Wanted> rules = manage ? () -> wanted(host, abi, pid) : null;
    var plan =
        new AuditPlan(abi, pid, rules, AuditRules.PREFIX, Path.of(config.get("log", DEFAULT_LOG)));
    var lookUp = new ConnectionLookUp(clock);
    return new NetlinkAuditSource(plan, from, fact -> complete(fact, lookUp), present, clock);
  }

  private Fact complete(Fact fact, ConnectionLookUp lookUp) {
    String exe = fact instanceof ProcessStart start ? start.image().path() : null;
    if (exe != null) {
      started.accept(exe);
    }
    return fact instanceof Connection connection ? lookUp.apply(connection) : fact;
  }

  /// The rules of this host, with the agent itself left out.
  static Wanted wanted(Host host, Abi abi, int pid) {
    var survey = new HostSurvey(Path.of("/"), host.serverBinaries());
    HostFacts facts = survey.look(abi, List.of()).withPid(pid);
    return new Wanted(AuditRules.render(facts), facts.servers());
  }

  @Override
  public @Nullable Source replay(Recording recording) throws IOException {
    return log.replay(recording);
  }
}
