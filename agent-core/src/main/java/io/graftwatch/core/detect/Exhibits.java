package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.delivery.finding.Evidence.ConnectionInfo;
import io.graftwatch.delivery.finding.FileInfo;
import io.graftwatch.delivery.finding.FindingInfo;
import io.graftwatch.delivery.finding.Observable;
import io.graftwatch.delivery.finding.ProcessInfo;
import io.graftwatch.delivery.finding.Severity;
import io.graftwatch.delivery.finding.User;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Evidence as a finding shows it: its process with ancestors, file, endpoints and native record.
final class Exhibits {
  private static final int MAX_OBSERVABLES = 64;

  private final Catalogue catalogue;
  private final Narrator narrator;
  private final Map<String, String> stages;

  /// @param stages class of evidence → what the platform's analytic calls that stage
  Exhibits(Catalogue catalogue, Narrator narrator, Map<String, String> stages) {
    this.catalogue = catalogue;
    this.narrator = narrator;
    this.stages = stages;
  }

  io.graftwatch.delivery.finding.Evidence evidence(Evidence evidence, String uid) {
    Subject subject = evidence.subject();
    char kind = evidence.code().charAt(0);
    var data = new TreeMap<String, Object>(subject.data());
    data.put("class", String.valueOf(kind));
    data.put("code", evidence.code());
    String stage = stages.get(String.valueOf(kind));
    if (stage != null) {
      data.put("stage", stage);
    }
    data.put("p", Math.round(evidence.p() * 1000) / 1000.0);
    data.put("b", evidence.b());
    data.put("q", evidence.q());
    data.put("source", evidence.source());
    data.put("record", evidence.record());
    data.put("time", evidence.time() / 1000);
    data.put("sentence", narrator.sentence(List.of(evidence)));
    if (subject.raw().length() > 0) {
      data.put("raw", subject.raw().text());
    }
    if (subject.file() != null) {
      data.put("config_file", subject.file());
    }
    if (subject.packageOwner() != null) {
      data.put("package", subject.packageOwner().isEmpty() ? "none" : subject.packageOwner());
    }
    if (evidence.preexisting()) {
      data.put("preexisting", true);
    }
    var builder =
        io.graftwatch.delivery.finding.Evidence.builder(
                evidence.code() + " " + catalogue.code(evidence.code()).title(), data)
            .uid(uid);
    var user = (String) data.remove(Stages.USER);
    var address = (String) data.remove(Stages.ADDRESS);
    ProcessInfo process = process(subject);
    boolean ran = kind == 'X' || kind == 'N';
    if (process != null) {
      if (ran) {
        builder.process(process);
      } else {
        builder.actor(new io.graftwatch.delivery.finding.Evidence.Actor(process, process.user()));
      }
    }
    if (process == null && user != null) {
      builder.actor(
          new io.graftwatch.delivery.finding.Evidence.Actor(null, new User(user, null, null)));
    }
    if (address != null) {
      builder.source(new io.graftwatch.delivery.finding.Evidence.Endpoint(address, null, null));
    }
    if (subject.path() != null && kind != 'N') {
      builder.file(FileInfo.regular(subject.path(), subject.sha256()));
    }
    if (subject.address() != null || subject.port() >= 0) {
      var end =
          new io.graftwatch.delivery.finding.Evidence.Endpoint(
              subject.address(), null, subject.port() < 0 ? null : subject.port());
      String protocol = subject.protocol() == null ? "tcp" : subject.protocol();
      if (evidence.code().equals("N5")) {
        builder.source(end).connection(ConnectionInfo.inbound(protocol));
      } else {
        builder.destination(end).connection(ConnectionInfo.outbound(protocol));
      }
    }
    if (subject.job() != null) {
      builder.job(
          new io.graftwatch.delivery.finding.Evidence.Job(
              subject.path() == null ? subject.job() : subject.path(), null, null, null));
    }
    return builder.build();
  }

  private static @Nullable ProcessInfo process(Subject subject) {
    Subject.ProcessView process = subject.process();
    if (process == null) {
      return null;
    }
    var ancestors = new ArrayList<ProcessInfo.Ancestor>();
    for (Subject.Ancestor ancestor : subject.ancestry()) {
      ancestors.add(
          new ProcessInfo.Ancestor(
              ancestor.pid(),
              null,
              ancestor.exe() == null ? null : SiteKnowledge.fileName(ancestor.exe()),
              ancestor.exe(),
              Redaction.of(ancestor.commandLine()),
              null));
    }
    return ProcessInfo.builder()
        .pid(process.pid())
        .uid(process.pid() + ":" + (process.start() < 0 ? "?" : process.start()))
        .name(SiteKnowledge.fileName(process.image()))
        .cmdLine(process.commandLine().isEmpty() ? null : Redaction.of(process.commandLine()))
        .createdTime(process.start() < 0 ? null : process.start() / 1000)
        .file(process.exe() == null ? null : FileInfo.regular(process.exe(), null))
        .user(
            process.uid() < 0 && process.user() == null
                ? null
                : new User(
                    process.user(), process.uid() < 0 ? null : String.valueOf(process.uid()), null))
        .workingDirectory(process.cwd())
        .parent(ancestors.isEmpty() ? null : parent(ancestors.getFirst()))
        .ancestry(ancestors)
        .build();
  }

  private static ProcessInfo parent(ProcessInfo.Ancestor ancestor) {
    return ProcessInfo.builder()
        .pid(ancestor.pid())
        .name(ancestor.name())
        .cmdLine(ancestor.cmdLine())
        .file(ancestor.path() == null ? null : FileInfo.regular(ancestor.path(), null))
        .build();
  }

  /// The OCSF event class that evidence of a class would be.
  private enum EventType {
    FILE(100101, "File System Activity: Create"),
    PROCESS(100701, "Process Activity: Launch"),
    NETWORK(400101, "Network Activity: Open");

    private final int typeUid;
    private final String typeName;

    EventType(int typeUid, String typeName) {
      this.typeUid = typeUid;
      this.typeName = typeName;
    }

    static @Nullable EventType of(char classId) {
      return switch (classId) {
        case 'P' -> FILE;
        case 'X' -> PROCESS;
        case 'N' -> NETWORK;
        default -> null;
      };
    }
  }

  FindingInfo.RelatedEvent related(Evidence evidence, @Nullable CodeStat stat, String uid) {
    EventType type = EventType.of(evidence.code().charAt(0));
    return new FindingInfo.RelatedEvent(
        uid,
        type == null ? null : type.typeUid,
        type == null ? null : type.typeName,
        (stat == null ? evidence.time() : stat.first) / 1000,
        (stat == null ? evidence.time() : stat.last) / 1000,
        stat == null ? 1 : (int) Math.min(Integer.MAX_VALUE, stat.count),
        evidence.code() + ": " + catalogue.code(evidence.code()).meaning(),
        Severity.INFORMATIONAL);
  }

  static List<Observable> observables(List<io.graftwatch.delivery.finding.Evidence> evidences) {
    var seen = new LinkedHashMap<String, Observable>();
    for (int i = 0; i < evidences.size() && seen.size() < MAX_OBSERVABLES; i++) {
      var evidence = evidences.get(i);
      String at = "evidences[" + i + "].";
      FileInfo file = evidence.file();
      if (file != null && file.path() != null) {
        observable(seen, at + "file.path", Observable.Type.FILE_PATH, file.path());
        for (int h = 0; h < file.hashes().size(); h++) {
          observable(
              seen,
              at + "file.hashes[" + h + "].value",
              Observable.Type.HASH,
              file.hashes().get(h).value());
        }
      }
      var end = evidence.dstEndpoint();
      if (end != null && end.ip() != null) {
        observable(seen, at + "dst_endpoint.ip", Observable.Type.IP_ADDRESS, end.ip());
      }
      ProcessInfo process = evidence.process();
      if (process != null && process.cmdLine() != null) {
        observable(seen, at + "process.cmd_line", Observable.Type.COMMAND_LINE, process.cmdLine());
      }
    }
    return new ArrayList<>(seen.values());
  }

  private static void observable(
      Map<String, Observable> seen, String name, Observable.Type type, String value) {
    seen.putIfAbsent(type + value, new Observable(name, type, value));
  }
}
