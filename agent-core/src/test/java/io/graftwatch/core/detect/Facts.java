package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.config.Analytics;
import io.graftwatch.core.config.Cidr;
import io.graftwatch.core.config.Site;
import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.ComponentChange;
import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.FileWrite;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Image;
import io.graftwatch.core.fact.Listener;
import io.graftwatch.core.fact.ModuleLoad;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.fact.ServerLog;
import io.graftwatch.core.fact.SourceChange;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Device;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/// Facts as the Linux sources hand them out, on a host where pid 100 is Apache's master. Times are
/// seconds from [#START].
final class Facts {
  static final Catalogue CATALOGUE = Catalogue.load();
  static final long START = 1_795_489_500_000_000L;
  static final long SECOND = 1_000_000L;
  static final int APACHE = 100;
  static final Identity ROOT = new Identity(0, "root", null, Identity.UNSET, null);
  static final Identity WWW = new Identity(33, "www-data", null, Identity.UNSET, null);
  static final Identity ALICE = new Identity(0, "root", null, 1000, "7");

  private int records;

  Fact server() {
    return warm(APACHE, 1, "/usr/sbin/apache2", 33, "/usr/sbin/apache2", "-k", "start");
  }

  Fact warm(int pid, int ppid, String exe, int uid, String... argv) {
    return new ProcessStart(
        provenance("proc", START - SECOND),
        ProcessStart.Kind.WARM,
        new ProcessId(pid, START - 1000 * SECOND),
        ProcessStart.Parent.of(ppid),
        Image.of(exe),
        List.of(argv),
        null,
        Identity.ofUid(uid),
        null,
        null,
        false);
  }

  /// The server's account runs a program.
  Fact run(double at, int pid, int ppid, String exe, String... argv) {
    return start(at, pid, ppid, Image.of(exe), WWW, false, argv);
  }

  /// Somebody with a login session runs a program.
  Fact admin(double at, int pid, String exe, String... argv) {
    return start(at, pid, 699, Image.of(exe), ALICE, false, argv);
  }

  Fact start(
      double at,
      int pid,
      int ppid,
      Image image,
      Identity identity,
      boolean socketStdio,
      String... argv) {
    return new ProcessStart(
        provenance("auditd", time(at)),
        ProcessStart.Kind.EXEC,
        ProcessId.of(pid),
        ProcessStart.Parent.of(ppid),
        image,
        List.of(argv),
        "/",
        identity,
        null,
        null,
        socketStdio);
  }

  Fact fork(double at, int pid, int parent) {
    return new ProcessStart(
        provenance("proc", time(at)),
        ProcessStart.Kind.FORK,
        ProcessId.of(pid),
        ProcessStart.Parent.of(parent),
        Image.UNKNOWN,
        List.of(),
        null,
        Identity.UNKNOWN,
        null,
        null,
        false);
  }

  /// An administrator's process writes a file; [#admin] says what it runs.
  Fact write(double at, int pid, String path) {
    return write(at, actor(pid, 699, ALICE), FileWrite.Action.CREATED, path, 0100644);
  }

  /// A process of the server's account writes a file.
  Fact served(double at, int pid, String path) {
    return write(at, actor(pid, APACHE, WWW), FileWrite.Action.CREATED, path, 0100644);
  }

  Fact removed(double at, int pid, String path) {
    return write(at, actor(pid, 699, ALICE), FileWrite.Action.REMOVED, path, -1);
  }

  Fact write(double at, Actor actor, FileWrite.Action action, String path, int mode) {
    return new FileWrite(
        provenance("auditd", time(at)), path, null, action, actor, mode, 0, null, null);
  }

  static Actor actor(int pid, int ppid, Identity identity) {
    return new Actor(ProcessId.of(pid), ppid, null, List.of(), identity, null);
  }

  Fact connect(double at, int pid, String exe, String address, int port) {
    return new Connection(
        provenance("auditd", time(at)),
        ProcessId.of(pid),
        pid == APACHE ? 1 : APACHE,
        exe,
        WWW,
        Connection.Direction.OUTBOUND,
        Connection.State.IN_PROGRESS,
        "tcp",
        Endpoint.UNKNOWN,
        new Endpoint(address, port),
        Connection.Via.EVENT);
  }

  Fact listen(double at, int pid, String exe, int port) {
    return new Listener(
        provenance("auditd", time(at)),
        ProcessId.of(pid),
        APACHE,
        exe,
        WWW,
        "tcp",
        new Endpoint("0.0.0.0", port),
        Connection.Via.EVENT);
  }

  Fact log(double at, String kind, ServerLog.Kind what, String component, int pid) {
    return new ServerLog(
        provenance("syslog", time(at)),
        kind,
        null,
        what,
        component.isEmpty() ? null : component,
        pid,
        null,
        "as the log has it");
  }

  Fact loaded(double at, String path, String owner) {
    return new ModuleLoad(
        provenance("inventory", time(at)), ProcessId.of(APACHE), path, null, null, owner, false);
  }

  Fact registered(double at, String kind, String path, String file, String owner) {
    return new ComponentChange(
        provenance("inventory", time(at)),
        kind,
        null,
        path,
        path,
        ComponentChange.Action.REGISTERED,
        file,
        Actor.UNKNOWN,
        null,
        owner,
        null,
        null,
        null,
        Map.of());
  }

  Fact audit(double at, SourceChange.Kind kind, Actor actor) {
    return new SourceChange(
        provenance("auditd", time(at)), "auditd", kind, "audit_enabled=0 old=1", actor);
  }

  /// A rogue module is copied in and registered, the server reloads.
  List<Fact> placed(double at) {
    return List.of(
        admin(at, 700, "/usr/bin/cp", "cp", "mod_x.so", "/usr/lib/apache2/modules/mod_x.so"),
        write(at, 700, "/usr/lib/apache2/modules/mod_x.so"),
        admin(at, 701, "/usr/sbin/a2enmod", "a2enmod", "x"),
        write(at, 701, "/etc/apache2/mods-enabled/x.load"),
        start(
            at + 1,
            800,
            699,
            Image.of("/usr/sbin/apache2"),
            ROOT,
            false,
            "apache2",
            "-k",
            "graceful"));
  }

  Provenance provenance(String source, long time) {
    records++;
    return new Provenance(
        source, time + ":" + records, Provenance.KERNEL, time, time, null, Raw.of("raw"));
  }

  static long time(double at) {
    return START + Math.round(at * SECOND);
  }

  static final Site SITE =
      new Site(
          Site.Baseline.DECLARED,
          Site.DEFAULT_INTERNAL,
          List.of(new Site.Destination(Cidr.parse("203.0.113.80"), 0, 65_535)),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of());

  static Engine engine() {
    return engine(SITE, 4096);
  }

  static Engine engine(Site site, int maxProcesses) {
    return new Engine(
        new EngineConfig(
            CATALOGUE,
            "linux",
            "web01",
            "test",
            new Device(
                null,
                "web01",
                null,
                null,
                Device.Os.linux("Linux", null, null),
                List.of(Device.Agent.graftwatch(null, "test"))),
            site,
            Analytics.DEFAULT,
            "0",
            maxProcesses,
            List.of("198.51.100.23")));
  }

  /// A host that learns what is ordinary.
  static Engine learning() {
    return engine(
        new Site(
            Site.Baseline.LEARN,
            Site.DEFAULT_INTERNAL,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of()),
        4096);
  }

  static Engine fed(Engine engine, Collection<? extends Fact> facts) {
    facts.forEach(engine::accept);
    engine.finish();
    return engine;
  }

  static Map<?, ?> own(DetectionFinding finding) {
    return (Map<?, ?>) Objects.requireNonNull(finding.unmapped().get("graftwatch"));
  }

  /// The codes of all cases.
  static TreeSet<String> codes(Engine engine) {
    var codes = new TreeSet<String>();
    for (DetectionFinding finding : engine.finalStates()) {
      ((List<?>) Objects.requireNonNull(own(finding).get("codes")))
          .forEach(code -> codes.add(code.toString()));
    }
    return codes;
  }
}
