package io.graftwatch.core.lineage;

import io.graftwatch.core.fact.Identity;
import org.jspecify.annotations.Nullable;

/// One process: what it runs, on whose behalf, where it came from.
///
/// Written by [Lineage] and [ProcessTable] only, by the one detection thread; others read. Strings
/// are shared through the table's pool, so that a node costs a few hundred bytes.
public final class ProcessNode {
  /// Longest command line that is kept, in characters.
  static final int MAX_COMMAND_LINE = 2048;

  final int pid;

  /// Start time in microseconds since the epoch; -1 when unknown.
  long start;

  /// Parent's pid as first told; -1 when unknown.
  int ppid;

  @Nullable ProcessNode parent;
  @Nullable String exe;
  @Nullable String script;
  String commandLine = "";
  @Nullable String unit;
  int uid = -1;
  long loginUid = -1;
  @Nullable String user;

  /// The server instance that it belongs to by lineage; null = none known.
  @Nullable ServerInstance origin;

  /// Since when `origin` was its own, so that earlier children do not inherit it.
  long originSince;

  /// It runs the server's own program.
  boolean server;

  /// Its fork was seen, so its parent is certain.
  boolean forked;

  boolean listens;

  /// Only the record of a child told of it: nobody saw it start or act.
  boolean named;

  /// It was found running by a source that does not tell since when.
  boolean found;

  /// What it runs was evaluated already: hash of image and arguments, 0 = not yet.
  int evaluated;

  /// First time that a fact named it, microseconds.
  final long firstSeen;

  /// Time of its end; -1 while it lives.
  long ended = -1;

  // Eviction list, kept by ProcessTable.
  @Nullable ProcessNode previous;
  @Nullable ProcessNode next;
  int list = -1;

  ProcessNode(int pid, long firstSeen) {
    this.pid = pid;
    this.firstSeen = firstSeen;
  }

  public int pid() {
    return pid;
  }

  /// Start time in microseconds since the epoch; -1 when unknown.
  public long start() {
    return start;
  }

  public @Nullable ProcessNode parent() {
    return parent;
  }

  public @Nullable String exe() {
    return exe;
  }

  public @Nullable String script() {
    return script;
  }

  /// The arguments joined by single spaces, at most 2048 characters.
  public String commandLine() {
    return commandLine;
  }

  public @Nullable String unit() {
    return unit;
  }

  public int uid() {
    return uid;
  }

  public @Nullable String user() {
    return user;
  }

  public boolean server() {
    return server;
  }

  /// Marks that what it runs now has been evaluated.
  ///
  /// @param signature hash of image and arguments
  /// @return false when that very image was evaluated before
  public boolean evaluate(int signature) {
    int value = signature(signature);
    if (evaluated == value) {
      return false;
    }
    evaluated = value;
    return true;
  }

  private static int signature(int hash) {
    return hash == 0 ? 1 : hash;
  }

  /// What it runs has been evaluated.
  public boolean evaluated() {
    return evaluated != 0;
  }

  /// @param record identity of a record of its creation
  /// @return false when another record of it was evaluated before
  public boolean firstToTell(String record) {
    int signature = signature(record.hashCode());
    if (evaluated == 0) {
      evaluated = signature;
    }
    return evaluated == signature;
  }

  /// No login session is behind it, as far as the kernel's audit told.
  boolean withoutLogin() {
    return loginUid == Identity.UNSET;
  }

  /// Its topmost known ancestor, or itself.
  public ProcessNode root() {
    ProcessNode node = this;
    for (int depth = 0; node.parent != null && depth < Lineage.MAX_DEPTH; depth++) {
      node = node.parent;
    }
    return node;
  }

  /// Its server, or its ancestors up to init or a root of their own, are known: waiting brings
  /// nothing more.
  public boolean settled() {
    ProcessNode node = this;
    for (int depth = 0; depth < Lineage.MAX_DEPTH; depth++) {
      if (node.origin != null) {
        return true;
      }
      if (node.parent == null) {
        return node.ppid == 0 || (node.ppid == 1 && node.forked);
      }
      node = node.parent;
    }
    return true;
  }
}
