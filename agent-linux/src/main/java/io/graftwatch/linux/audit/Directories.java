package io.graftwatch.linux.audit;

import io.graftwatch.core.fact.FileWrite;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.source.FactSink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds out where a file lies that was named relative to an open directory.
///
/// `cp mod_x.so /usr/lib/apache2/modules/` opens the folder and then `mod_x.so` in it; the record
/// names the file, the number of the descriptor, and as parent the working directory, which is
/// false. True is the parent's inode: another event, or who set the watch, tells its path. Failing
/// that, the arguments of cp, mv, ln and install do. What is not known yet waits, so that the order
/// of events does not matter, and is handed out with its relative name in the end.
final class Directories {
  private static final int MAX_DIRECTORIES = 4096;
  private static final int MAX_PROGRAMS = 1024;
  private static final int MAX_WAITING = 1024;

  private final Map<Inode, String> known = bounded(MAX_DIRECTORIES);
  private final Map<Integer, ProcessStart> programs = bounded(MAX_PROGRAMS);
  private final List<Waiting> waiting = new ArrayList<>();

  /// A directory.
  ///
  /// @param device major number in the upper half, minor in the lower
  /// @param number inode
  record Inode(long device, long number) {}

  /// A write whose path is still relative.
  ///
  /// @param parent its directory, where the record tells
  private record Waiting(FileWrite write, @Nullable Inode parent, long since) {}

  private static <K, V> Map<K, V> bounded(int most) {
    return new LinkedHashMap<>(64, 0.75f, true) {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
      }
    };
  }

  /// Hands a write out with its whole path, or keeps it until that is known.
  void place(FileWrite write, @Nullable Inode parent, long tick, FactSink sink) {
    String directory = parent == null ? null : known.get(parent);
    ProcessStart program = programs.get(write.actor().process().pid());
    if (directory == null && program != null) {
      directory = target(program, write);
    }
    if (directory != null) {
      sink.accept(in(directory, write));
      return;
    }
    if (waiting.size() == MAX_WAITING) {
      sink.accept(waiting.removeFirst().write);
    }
    waiting.add(new Waiting(write, parent, tick));
  }

  /// A directory's path has become known.
  void learn(Inode inode, String directory, FactSink sink) {
    if (!directory.equals(known.put(inode, directory)) && !waiting.isEmpty()) {
      for (Waiting one : List.copyOf(waiting)) {
        if (inode.equals(one.parent)) {
          waiting.remove(one);
          sink.accept(in(directory, one.write));
        }
      }
    }
  }

  /// A program was started: its arguments may say where it writes.
  void started(ProcessStart program, FactSink sink) {
    String exe = program.image().path();
    if (exe == null || !copies(exe)) {
      return;
    }
    programs.put(program.process().pid(), program);
    for (Waiting one : waiting.isEmpty() ? List.<Waiting>of() : List.copyOf(waiting)) {
      String directory = target(program, one.write);
      if (directory != null) {
        waiting.remove(one);
        sink.accept(in(directory, one.write));
      }
    }
  }

  /// Writes whose path is not known yet.
  int waiting() {
    return waiting.size();
  }

  boolean due(long tick) {
    return !waiting.isEmpty() && waiting.getFirst().since <= tick;
  }

  /// Hands out what has waited since before `tick`.
  void release(long tick, FactSink sink) {
    while (due(tick)) {
      sink.accept(waiting.removeFirst().write);
    }
  }

  private static boolean copies(String exe) {
    return exe.endsWith("/cp")
        || exe.endsWith("/mv")
        || exe.endsWith("/ln")
        || exe.endsWith("/install");
  }

  /// The directory that the arguments name as target, if this program writes this file there: one
  /// of its sources must bear the file's name.
  private static @Nullable String target(ProcessStart program, FileWrite write) {
    String exe = program.image().path();
    if (program.process().pid() != write.actor().process().pid()
        || exe == null
        || !exe.equals(write.actor().exe())
        || program.time() > write.time()) {
      return null;
    }
    List<String> argv = program.argv();
    String directory = argv.isEmpty() ? "" : argv.getLast();
    boolean source = false;
    for (int i = 1; i < argv.size(); i++) {
      String argument = argv.get(i);
      if (argument.startsWith("--target-directory=")) {
        directory = argument.substring(argument.indexOf('=') + 1);
      } else if (argument.equals("-t") && i + 1 < argv.size()) {
        directory = argv.get(i + 1);
      }
      source |= argument.substring(argument.lastIndexOf('/') + 1).equals(write.path());
    }
    String path = Paths.absolute(program.cwd(), directory);
    return source && path.startsWith("/") ? path : null;
  }

  private static FileWrite in(String directory, FileWrite write) {
    return new FileWrite(
        write.provenance(),
        Paths.absolute(directory, write.path()),
        write.from(),
        write.action(),
        write.actor(),
        write.mode(),
        write.ownerUid(),
        write.sha256(),
        write.packageOwner());
  }
}
