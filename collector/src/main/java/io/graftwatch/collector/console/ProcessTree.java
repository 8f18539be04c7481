package io.graftwatch.collector.console;

import io.graftwatch.collector.console.view.Tree;
import io.graftwatch.collector.text.Visible;
import io.graftwatch.delivery.finding.Evidence;
import io.graftwatch.delivery.finding.ProcessInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts the ancestries of all evidence together into one forest. Two mentions are the same process
/// when their pid is the same and neither name contradicts, for ancestors are known by pid alone.
final class ProcessTree {
  /// Beyond this a drawing helps nobody.
  private static final int MAX_PROCESSES = 64;

  private final Map<String, Knot> knots = new LinkedHashMap<>();

  private static final class Knot {
    private String name = "";
    private final String pid;
    private String command = "";
    private final Set<String> codes = new LinkedHashSet<>();
    private @Nullable Knot parent;

    Knot(String pid) {
      this.pid = pid;
    }
  }

  private ProcessTree() {}

  /// @return null when no evidence names a process
  static @Nullable Tree of(List<Evidence> evidences) {
    var tree = new ProcessTree();
    for (Evidence evidence : evidences) {
      Object code = evidence.data().get("code");
      String codeText = code == null ? "" : Visible.line(String.valueOf(code));
      tree.add(evidence.process(), codeText);
      if (evidence.actor() != null) {
        tree.add(evidence.actor().process(), codeText);
      }
    }
    return tree.knots.isEmpty() ? null : TreeDrawing.of(tree.roots());
  }

  private void add(@Nullable ProcessInfo process, String code) {
    if (process == null) {
      return;
    }
    Knot knot = knot(process.pid(), process.name(), process.cmdLine());
    if (knot == null) {
      return;
    }
    if (!code.isEmpty()) {
      knot.codes.add(code);
    }
    Knot child = knot;
    if (!process.ancestry().isEmpty()) {
      for (ProcessInfo.Ancestor ancestor : process.ancestry()) {
        Knot parent = knot(ancestor.pid(), name(ancestor), ancestor.cmdLine());
        if (parent == null || !adopt(parent, child)) {
          return;
        }
        child = parent;
      }
    } else {
      for (ProcessInfo up = process.parentProcess(); up != null; up = up.parentProcess()) {
        Knot parent = knot(up.pid(), up.name(), up.cmdLine());
        if (parent == null || !adopt(parent, child)) {
          return;
        }
        child = parent;
      }
    }
  }

  private static @Nullable String name(ProcessInfo.Ancestor ancestor) {
    return ancestor.name() == null ? ancestor.path() : ancestor.name();
  }

  private @Nullable Knot knot(
      @Nullable Integer pid, @Nullable String name, @Nullable String command) {
    if (pid == null && name == null) {
      return null;
    }
    String key = pid == null ? "name " + name : "pid " + pid;
    Knot knot = knots.get(key);
    if (knot == null) {
      if (knots.size() >= MAX_PROCESSES) {
        return null;
      }
      knot = new Knot(pid == null ? "" : String.valueOf(pid));
      knots.put(key, knot);
    }
    if (name != null && knot.name.isEmpty()) {
      knot.name = Visible.line(name);
    }
    if (command != null && knot.command.isEmpty()) {
      knot.command = Visible.line(command);
    }
    return knot;
  }

  /// @return false when it would close a circle, which hostile input may ask for
  private static boolean adopt(Knot parent, Knot child) {
    if (child.parent != null) {
      return child.parent == parent;
    }
    for (Knot up = parent; up != null; up = up.parent) {
      if (up == child) {
        return false;
      }
    }
    child.parent = parent;
    return true;
  }

  private List<Tree.Node> roots() {
    var roots = new ArrayList<Tree.Node>();
    for (Knot knot : knots.values()) {
      if (knot.parent == null) {
        roots.add(node(knot));
      }
    }
    return roots;
  }

  private Tree.Node node(Knot knot) {
    var children = new ArrayList<Tree.Node>();
    for (Knot other : knots.values()) {
      if (other.parent == knot) {
        children.add(node(other));
      }
    }
    return new Tree.Node(
        knot.name.isEmpty() ? "process" : knot.name,
        knot.pid,
        knot.command,
        List.copyOf(knot.codes),
        children);
  }
}
