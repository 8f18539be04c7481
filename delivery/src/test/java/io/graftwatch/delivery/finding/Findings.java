package io.graftwatch.delivery.finding;

import java.util.List;
import java.util.Map;

/// Findings for tests.
public final class Findings {
  private static final Attack.Entry PERSISTENCE = new Attack.Entry("TA0003", "Persistence");
  private static final Attack.Entry COMPONENT =
      new Attack.Entry("T1505", "Server Software Component");

  private Findings() {}

  /// A finding that fills every attribute we have.
  public static DetectionFinding full() {
    String uid = FindingId.of("web-01", "apache2", "apache2.service", "/m/mod_statx.so");
    var attack = new Attack(PERSISTENCE, COMPONENT, new Attack.Entry("T1505.004", "IIS"));
    var root = new User("root", "0", null);
    var module =
        new FileInfo(
            "mod_statx.so",
            "/usr/lib/apache2/modules/mod_statx.so",
            1,
            20_480L,
            root,
            1_760_000_000_000L,
            List.of(FileInfo.Hash.sha256("ab".repeat(32))));
    var owned = new FileInfo("x", "/tmp/x", 6, 12L, root, 1_760_000_000_000L, List.of());
    var apache =
        ProcessInfo.builder()
            .pid(881)
            .name("apache2")
            .file(FileInfo.regular("/usr/sbin/apache2", null))
            .build();
    var shell =
        ProcessInfo.builder()
            .pid(5210)
            .uid("b3d0:5210:88211")
            .name("sh")
            .cmdLine("sh -c 'id'")
            .createdTime(1_760_000_122_000L)
            .file(FileInfo.regular("/usr/bin/dash", null))
            .user(new User("www-data", "33", "WEB"))
            .auid(1000L)
            .workingDirectory("/var/www/html")
            .parent(apache)
            .ancestry(
                List.of(
                    new ProcessInfo.Ancestor(
                        881, "b3d0:881:7", "apache2", "/usr/sbin/apache2", "apache2 -k start", 7L)))
            .build();
    var evidence =
        Evidence.builder("X6 shell from server lineage", Map.of("code", "X6", "p", 0.95))
            .uid("ev-3")
            .actor(new Evidence.Actor(apache, root))
            .process(shell)
            .file(module)
            .job(new Evidence.Job("nightly", "/bin/x", owned, root))
            .source(new Evidence.Endpoint("192.0.2.10", "web-01", 40000))
            .destination(new Evidence.Endpoint("203.0.113.7", "evil.example", 4444))
            .connection(Evidence.ConnectionInfo.outbound("tcp"))
            .build();
    var analytic = new Analytic("AN1508", "DET0547 Linux server module abuse", "DET0547", "1.0");
    var info =
        new FindingInfo(
            uid,
            "Rogue Apache module",
            "09:15 cp (root) wrote mod_statx.so, owned by no package.",
            List.of("server-software-component"),
            analytic,
            List.of(new Analytic("AN0512", "Web shell", "DET0394", "1.0")),
            List.of(attack),
            1_760_000_003_000L,
            1_760_000_123_456L,
            1_759_913_600_000L,
            1_760_000_123_000L,
            List.of("auditd:SYSCALL"),
            4,
            List.of(
                new FindingInfo.RelatedEvent(
                    "ev-3",
                    100701,
                    "Process Activity: Launch",
                    1L,
                    2L,
                    1,
                    "X6 shell",
                    Severity.INFORMATIONAL)),
            List.of(new FindingInfo.Tag("state", "CONFIRMED")));
    var metadata =
        Metadata.of(
                FindingId.revision(uid, 2),
                "AN1508",
                Metadata.Product.graftwatch("agent-linux", "0.1.0"),
                List.of("ruleset:1"))
            .withSequence(42)
            .withLoggedTime(1_760_000_123_500L)
            .truncated(900_000);
    var device =
        new Device(
            "4c4c4544",
            "web-01",
            "192.0.2.10",
            "b3d0c6de",
            Device.Os.linux("Debian GNU/Linux 12", "12", "6.1.0-25-amd64"),
            List.of(Device.Agent.graftwatch("3a0f5d0e", "0.1.0")));
    return new DetectionFinding(
        Activity.UPDATE,
        1_760_000_123_456L,
        1_759_913_600_000L,
        1_760_000_123_000L,
        Severity.CRITICAL,
        Confidence.HIGH,
        93,
        Status.NEW,
        4,
        "apache2 on web-01 started /bin/sh which connected to 203.0.113.7:4444",
        metadata,
        device,
        List.of(attack),
        info,
        List.of(evidence),
        List.of(
            new Observable(
                "evidences[0].dst_endpoint.ip", Observable.Type.IP_ADDRESS, "203.0.113.7")),
        List.of(new Resource("web-01/apache2/apache2.service", "apache2.service", "server")),
        new DetectionFinding.Remediation("Isolate the host.", List.of("docs/respond.md")),
        Map.of("graftwatch", Map.of("state", "CONFIRMED", "codes", List.of("P1", "X6"))));
  }

  /// A small finding.
  ///
  /// @param number makes its uid
  /// @param padding characters of message
  public static DetectionFinding numbered(long number, Severity severity, int padding) {
    String uid = "gw-%032x".formatted(number);
    var info =
        new FindingInfo(
            uid, "t", "d", List.of(), null, List.of(), List.of(), null, null, null, null, List.of(),
            0, List.of(), List.of());
    return new DetectionFinding(
        Activity.CREATE,
        1_760_000_000_000L + number,
        null,
        null,
        severity,
        Confidence.HIGH,
        90,
        Status.NEW,
        1,
        "m".repeat(padding),
        Metadata.of(
            FindingId.revision(uid, 1),
            "AN1508",
            Metadata.Product.graftwatch("agent-linux", "0.1.0"),
            List.of()),
        new Device(null, "web-01", null, null, null, List.of()),
        List.of(),
        info,
        List.of(),
        List.of(),
        List.of(),
        null,
        Map.of());
  }
}
