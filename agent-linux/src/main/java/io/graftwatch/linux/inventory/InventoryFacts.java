package io.graftwatch.linux.inventory;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.ComponentChange;
import io.graftwatch.core.fact.FileWrite;
import io.graftwatch.core.fact.ModuleLoad;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.linux.process.Mapping;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes facts of what the inventory found. Nobody saw who did it: the actor is unknown. The raw
/// record is a line of JSON in the manner of the `proc` recordings.
final class InventoryFacts {
  static final String KIND = "inventory";

  private InventoryFacts() {}

  /// A component that belongs to nobody lies there.
  ///
  /// @param owner as in [ModuleLoad]: nobody, or not known
  /// @param altered the package that it should be of, when its content is another
  static FileWrite placed(
      String path,
      Stamp stamp,
      @Nullable String sha256,
      @Nullable String owner,
      @Nullable String altered,
      boolean preexisting,
      long now) {
    long time = Math.min(stamp.changed(), now);
    ObjectNode line = line(time, "component");
    line.put("path", path).put("size", stamp.size()).put("sha256", sha256);
    line.put("mode", Integer.toOctalString(stamp.mode())).put("uid", stamp.uid());
    line.put("altered", altered);
    return new FileWrite(
        provenance("component:" + path, path, time, now, preexisting, line),
        path,
        null,
        FileWrite.Action.WRITTEN,
        Actor.UNKNOWN,
        stamp.mode(),
        stamp.uid(),
        sha256,
        owner);
  }

  /// A component that had been told is gone.
  static FileWrite removed(String path, long now) {
    ObjectNode line = line(now, "removed");
    line.put("path", path);
    return new FileWrite(
        provenance("removed:" + path, path, now, now, false, line),
        path,
        null,
        FileWrite.Action.REMOVED,
        Actor.UNKNOWN,
        -1,
        -1,
        null,
        null);
  }

  /// A configuration line that registers something came or went.
  ///
  /// @param time when the file changed
  static ComponentChange registration(
      Registration what,
      ComponentChange.Action action,
      @Nullable String owner,
      boolean preexisting,
      long time,
      long now) {
    ObjectNode line = line(time, action.name());
    line.put("server", what.server()).put("config", what.config()).put("line", what.line());
    line.put("path", what.path()).put("owner", owner);
    return new ComponentChange(
        provenance(
            action + ":" + what.config() + ":" + what.line(),
            what.config(),
            time,
            now,
            preexisting,
            line),
        what.server(),
        null,
        what.value(),
        what.path(),
        action,
        what.config(),
        Actor.UNKNOWN,
        null,
        owner,
        null,
        null,
        null,
        Map.of("directive", what.directive()));
  }

  /// A server has mapped a file that belongs to nobody.
  static ModuleLoad mapped(
      ProcessId process, String exe, Mapping mapping, boolean preexisting, long now) {
    ObjectNode line = line(now, "mapped");
    line.put("pid", process.pid()).put("exe", exe).put("path", mapping.path());
    line.put("inode", mapping.inode()).put("deleted", mapping.deleted());
    return new ModuleLoad(
        provenance(
            "mapped:" + exe + ":" + mapping.path() + ":" + mapping.inode(),
            "/proc/" + process.pid() + "/maps",
            now,
            now,
            preexisting,
            line),
        process,
        mapping.path(),
        null,
        null,
        ModuleLoad.UNOWNED,
        mapping.deleted());
  }

  private static ObjectNode line(long time, String event) {
    return JsonNodeFactory.instance.objectNode().put("t", time / 1e6).put("ev", event);
  }

  private static Provenance provenance(
      String thing, String place, long time, long now, boolean preexisting, ObjectNode line) {
    return new Provenance(
        KIND,
        time + ":" + Integer.toHexString(thing.hashCode()),
        place,
        Provenance.KERNEL,
        time,
        now,
        null,
        preexisting,
        Raw.of(line.toString()));
  }
}
