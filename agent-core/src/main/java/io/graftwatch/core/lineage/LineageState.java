package io.graftwatch.core.lineage;

import io.graftwatch.core.state.StateReader;
import io.graftwatch.core.state.StateWriter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Writes a [Lineage] down and reads it back.
final class LineageState {
  private LineageState() {}

  static void write(Lineage lineage, StateWriter out) {
    out.list(lineage.instances.keySet(), instance -> instance(out, instance));
    out.number(lineage.units.size());
    lineage.units.forEach((unit, instance) -> {
      out.text(unit);
      instance(out, instance);
    });
    out.number(lineage.accounts.size());
    lineage.accounts.forEach((uid, instances) -> {
      out.number(uid);
      out.list(instances, instance -> instance(out, instance));
    });
    List<ProcessNode> nodes = withAncestors(lineage);
    IdentityHashMap<ProcessNode, Integer> index = new IdentityHashMap<>();
    nodes.forEach(node -> index.put(node, index.size()));
    out.list(nodes, node -> node(out, node, index, lineage.table().get(node.pid) == node));
  }

  static void read(Lineage lineage, StateReader in) {
    for (int i = in.count(); i > 0; i--) {
      ServerInstance instance = instance(in);
      lineage.instances.put(instance, instance);
    }
    for (int i = in.count(); i > 0; i--) {
      lineage.units.put(in.requiredText(), instance(in));
    }
    for (int i = in.count(); i > 0; i--) {
      int uid = in.integer();
      var instances = new TreeSet<ServerInstance>();
      for (int j = in.count(); j > 0; j--) {
        instances.add(instance(in));
      }
      lineage.accounts.put(uid, instances);
    }
    var nodes = new ArrayList<ProcessNode>();
    for (int i = in.count(); i > 0; i--) {
      nodes.add(node(in, nodes, lineage));
    }
  }

  /// All nodes of the table and the ancestors that only they keep, ancestors first, each list in
  /// the order that eviction goes by.
  private static List<ProcessNode> withAncestors(Lineage lineage) {
    var ordered = new ArrayList<ProcessNode>();
    IdentityHashMap<ProcessNode, Boolean> taken = new IdentityHashMap<>();
    lineage
        .table()
        .forEach(node -> {
          var chain = new ArrayList<ProcessNode>();
          ProcessNode up = node;
          while (up != null && taken.putIfAbsent(up, true) == null) {
            chain.add(up);
            up = up.parent;
          }
          for (int i = chain.size() - 1; i >= 0; i--) {
            ordered.add(chain.get(i));
          }
        });
    return ordered;
  }

  private static void node(
      StateWriter out, ProcessNode node, Map<ProcessNode, Integer> index, boolean listed) {
    out.number(node.pid);
    out.number(node.firstSeen);
    out.flag(listed);
    out.number(node.start);
    out.number(node.ppid);
    Integer parent = node.parent == null ? null : index.get(node.parent);
    out.number(parent == null ? -1 : parent);
    out.text(node.exe);
    out.text(node.script);
    out.text(node.commandLine);
    out.text(node.unit);
    out.number(node.uid);
    out.number(node.loginUid);
    out.text(node.user);
    out.flag(node.origin != null);
    if (node.origin != null) {
      instance(out, node.origin);
    }
    out.number(node.originSince);
    out.flag(node.server);
    out.flag(node.forked);
    out.flag(node.listens);
    out.flag(node.named);
    out.number(node.evaluated);
    out.number(node.ended);
  }

  private static ProcessNode node(StateReader in, List<ProcessNode> known, Lineage lineage) {
    var node = new ProcessNode(in.integer(), in.number());
    boolean listed = in.flag();
    node.start = in.number();
    node.ppid = in.integer();
    int parent = in.integer();
    if (parent >= known.size()) {
      throw new StateReader.StateException("process " + node.pid + " comes before its parent");
    }
    node.parent = parent < 0 ? null : known.get(parent);
    node.exe = lineage.table().share(in.text());
    node.script = lineage.table().share(in.text());
    node.commandLine = in.requiredText();
    node.unit = lineage.table().share(in.text());
    node.uid = in.integer();
    node.loginUid = in.number();
    node.user = lineage.table().share(in.text());
    node.origin = in.flag() ? instance(in) : null;
    node.originSince = in.number();
    node.server = in.flag();
    node.forked = in.flag();
    node.listens = in.flag();
    node.named = in.flag();
    node.evaluated = in.integer();
    node.ended = in.number();
    if (listed) {
      lineage.table().put(node);
    }
    return node;
  }

  static void instance(StateWriter out, ServerInstance instance) {
    out.text(instance.kind());
    out.text(instance.key());
    out.text(instance.executable());
    out.text(instance.prefix());
    out.text(instance.base());
  }

  static ServerInstance instance(StateReader in) {
    String kind = in.requiredText();
    String key = in.requiredText();
    @Nullable String executable = in.text();
    @Nullable String prefix = in.text();
    return new ServerInstance(kind, key, executable, prefix, in.text());
  }
}
