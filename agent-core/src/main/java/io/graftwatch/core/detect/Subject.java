package io.graftwatch.core.detect;

import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.lineage.ProcessNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a piece of evidence is about, copied out of fact and process table so that it stands alone.
///
/// @param process the process: what ran, connected, or made the change
/// @param ancestry its ancestors, parent first, at most [#MAX_ANCESTRY]
/// @param subtree pid of the highest ancestor below the server itself, -1 when none
/// @param path component, script, program or log file that it is about
/// @param file configuration file that carries a registration
/// @param sha256 lower-case hex of `path`
/// @param packageOwner owning package, empty when looked up and found in none
/// @param address remote address of a connection, local one of a listener
/// @param port its port; -1 when none
/// @param protocol `tcp` or `udp`
/// @param job kind of a job: `cron`, `systemd`, …
/// @param text the log line's message or what else a reader should see
/// @param data further named values
/// @param raw the native record, at most [#MAX_RAW] bytes
record Subject(
    @Nullable ProcessView process,
    List<Ancestor> ancestry,
    int subtree,
    @Nullable String path,
    @Nullable String file,
    @Nullable String sha256,
    @Nullable String packageOwner,
    @Nullable String address,
    int port,
    @Nullable String protocol,
    @Nullable String job,
    @Nullable String text,
    Map<String, String> data,
    Raw raw) {
  /// Name in `data`: how a connection ended that did not come about, `refused` or `attempted`.
  static final String OUTCOME = "outcome";

  static final int MAX_ANCESTRY = 8;
  static final int MAX_RAW = 1024;
  private static final int MAX_COMMAND = 1024;

  /// A process as it was when the evidence was taken.
  record ProcessView(
      int pid,
      long start,
      @Nullable String exe,
      @Nullable String script,
      String commandLine,
      @Nullable String cwd,
      int uid,
      @Nullable String user,
      @Nullable String unit) {

    static ProcessView of(ProcessNode node, @Nullable String cwd) {
      return new ProcessView(
          node.pid(),
          node.start(),
          node.exe(),
          node.script(),
          cut(node.commandLine(), MAX_COMMAND),
          cwd,
          node.uid(),
          node.user(),
          node.unit());
    }

    /// The script where one ran, else the executable; `?` when neither is known.
    String image() {
      String image = script != null ? script : exe;
      return image != null ? image : "?";
    }
  }

  /// One step up the process tree.
  record Ancestor(int pid, @Nullable String exe, String commandLine) {}

  static Subject of(@Nullable ProcessNode node, @Nullable String cwd, Raw raw) {
    if (node == null) {
      return new Subject(
          null,
          List.of(),
          -1,
          null,
          null,
          null,
          null,
          null,
          -1,
          null,
          null,
          null,
          Map.of(),
          raw.head(MAX_RAW));
    }
    var ancestry = new ArrayList<Ancestor>(4);
    int subtree = node.server() ? -1 : node.pid();
    boolean below = !node.server();
    ProcessNode up = node.parent();
    while (up != null && ancestry.size() < MAX_ANCESTRY) {
      ancestry.add(new Ancestor(up.pid(), up.exe(), cut(up.commandLine(), 256)));
      if (below && up.server()) {
        below = false;
      } else if (below && up.pid() > 1) {
        subtree = up.pid();
      }
      up = up.parent();
    }
    return new Subject(
        ProcessView.of(node, cwd),
        ancestry,
        subtree,
        null,
        null,
        null,
        null,
        null,
        -1,
        null,
        null,
        null,
        Map.of(),
        raw.head(MAX_RAW));
  }

  Subject about(@Nullable String newPath) {
    return new Subject(
        process,
        ancestry,
        subtree,
        newPath,
        file,
        sha256,
        packageOwner,
        address,
        port,
        protocol,
        job,
        text,
        data,
        raw);
  }

  Subject registeredIn(@Nullable String newFile) {
    return new Subject(
        process,
        ancestry,
        subtree,
        path,
        newFile,
        sha256,
        packageOwner,
        address,
        port,
        protocol,
        job,
        text,
        data,
        raw);
  }

  Subject with(@Nullable String newSha256, @Nullable String newOwner) {
    return new Subject(
        process, ancestry, subtree, path, file, newSha256, newOwner, address, port, protocol, job,
        text, data, raw);
  }

  Subject to(@Nullable String newAddress, int newPort, @Nullable String newProtocol) {
    return new Subject(
        process,
        ancestry,
        subtree,
        path,
        file,
        sha256,
        packageOwner,
        newAddress,
        newPort,
        newProtocol,
        job,
        text,
        data,
        raw);
  }

  Subject job(String newJob) {
    return new Subject(
        process,
        ancestry,
        subtree,
        path,
        file,
        sha256,
        packageOwner,
        address,
        port,
        protocol,
        newJob,
        text,
        data,
        raw);
  }

  /// Whether it is about a connection that did not come about.
  boolean unanswered() {
    return data.containsKey(OUTCOME);
  }

  Subject saying(@Nullable String newText) {
    return new Subject(
        process,
        ancestry,
        subtree,
        path,
        file,
        sha256,
        packageOwner,
        address,
        port,
        protocol,
        job,
        newText == null ? null : cut(newText, MAX_RAW),
        data,
        raw);
  }

  Subject with(Map<String, String> newData) {
    return new Subject(
        process,
        ancestry,
        subtree,
        path,
        file,
        sha256,
        packageOwner,
        address,
        port,
        protocol,
        job,
        text,
        Map.copyOf(newData),
        raw);
  }

  private static String cut(String text, int max) {
    return text.length() <= max ? text : text.substring(0, max);
  }
}
