package io.graftwatch.linux.audit;

import io.graftwatch.core.fact.Image;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ProcessStart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// execve and execveat: a process replaced its program.
final class ExecFacts {
  private static final String DELETED = " (deleted)";
  private static final String MEMFD = "/memfd:";

  private final FactMapper mapper;

  ExecFacts(FactMapper mapper) {
    this.mapper = mapper;
  }

  ProcessStart start(AuditEvent event) {
    Call call = event.call;
    List<String> argv =
        event.arguments.any() ? event.arguments.argv(event.bytes, mapper.fields()) : List.of();
    if (!argv.isEmpty() && argv.getLast().equals(Arguments.CUT)) {
      mapper.note("argv_cut");
    }
    String cwd = mapper.text(event, event.cwd);
    return new ProcessStart(
        mapper.provenance(event, true),
        ProcessStart.Kind.EXEC,
        ProcessId.of(call.pid),
        ProcessStart.Parent.of(call.ppid),
        image(event, cwd, argv),
        argv,
        cwd,
        mapper.identity(event),
        mapper.word(event, call.tty),
        null,
        false);
  }

  private Image image(AuditEvent event, @Nullable String cwd, List<String> argv) {
    String exe = mapper.text(event, event.call.exe);
    boolean fileless = event.paths() > 0 && event.path(0).item == 0 && event.path(0).memory();
    if (exe != null && exe.endsWith(DELETED)) {
      fileless = true;
      exe = exe.substring(0, exe.length() - DELETED.length());
    }
    fileless |= exe != null && exe.startsWith(MEMFD);
    return new Image(exe, script(event, cwd, argv), null, null, null, null, fileless);
  }

  /// The script behind a `#!`: the kernel opened it first, then its interpreter, then the loader,
  /// and passed its name as one of the interpreter's first arguments.
  private @Nullable String script(AuditEvent event, @Nullable String cwd, List<String> argv) {
    int opened = event.paths();
    if (opened == 0 || event.path(0).item != 0) {
      return null;
    }
    boolean loader = loader(event.bytes, event.path(opened - 1).name);
    if (opened - (loader ? 1 : 0) < 2) {
      return null;
    }
    String name = mapper.text(event, event.path(0).name);
    if (name == null || name.isEmpty()) {
      return null;
    }
    boolean passed = argv.isEmpty();
    for (int i = 1; i < Math.min(argv.size(), 5); i++) {
      passed |= argv.get(i).equals(name);
    }
    return passed ? Paths.absolute(cwd, name) : null;
  }

  /// Whether a name looks like the dynamic loader: `ld-linux-x86-64.so.2`, `ld-musl-…`, `ld.so`.
  private static boolean loader(byte[] b, Slice name) {
    int at = name.to;
    while (at > name.from && b[at - 1] != '/') {
      at--;
    }
    return name.to - at > 3
        && b[at] == 'l'
        && b[at + 1] == 'd'
        && (b[at + 2] == '-' || b[at + 2] == '.' || b[at + 2] == '6');
  }
}
