package io.graftwatch.linux.audit;

import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.FileWrite;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Listener;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.ServerLog;
import io.graftwatch.core.fact.SourceChange;
import io.graftwatch.core.fact.SourceGap;
import org.jspecify.annotations.Nullable;

/// Writes a fact as one line, everything in it that the audit source fills, so that expected facts
/// can stand beside the lines they come from.
final class FactText {
  private FactText() {}

  static String of(Fact fact) {
    return fact.provenance().record() + " " + body(fact);
  }

  private static String body(Fact fact) {
    return switch (fact) {
      case ProcessStart s ->
          "exec pid=%d ppid=%d exe=%s script=%s fileless=%s argv=%s cwd=%s %s tty=%s"
              .formatted(
                  s.process().pid(),
                  s.parent().process().pid(),
                  s.image().path(),
                  s.image().script(),
                  s.image().fileless(),
                  shown(s.argv().toString()),
                  s.cwd(),
                  identity(s.identity()),
                  s.tty());
      case Connection c ->
          "connection pid=%d ppid=%d exe=%s %s %s %s -> %s %s"
              .formatted(
                  c.process().pid(),
                  c.ppid(),
                  c.exe(),
                  c.protocol(),
                  c.direction(),
                  c.state(),
                  end(c.remote()),
                  identity(c.identity()));
      case Listener l ->
          "listener pid=%d ppid=%d exe=%s %s %s"
              .formatted(
                  l.process().pid(), l.ppid(), l.exe(), end(l.local()), identity(l.identity()));
      case FileWrite w ->
          "file %s %s from=%s mode=%s ouid=%d by %s"
              .formatted(
                  w.action(),
                  shown(w.path()),
                  shown(w.from()),
                  w.mode() < 0 ? "?" : Integer.toOctalString(w.mode()),
                  w.ownerUid(),
                  actor(w.actor()));
      case SourceChange c ->
          "change %s %s [%s] by %s".formatted(c.changed(), c.kind(), c.detail(), actor(c.actor()));
      case ServerLog l ->
          "log %s %s pid=%d exe=%s [%s]"
              .formatted(l.serverKind(), l.kind(), l.pid(), l.exe(), l.text());
      case SourceGap g -> "gap %s lost=%d %d..%d".formatted(g.reason(), g.lost(), g.from(), g.to());
      default -> fact.toString();
    };
  }

  private static String actor(Actor actor) {
    return "pid=%d ppid=%d exe=%s %s"
        .formatted(actor.process().pid(), actor.ppid(), actor.exe(), identity(actor.identity()));
  }

  private static String identity(Identity id) {
    return "uid=%d(%s) auid=%s ses=%s"
        .formatted(
            id.uid(),
            id.user(),
            id.loginUid() == Identity.UNSET ? "unset" : id.loginUid(),
            id.session());
  }

  private static String end(Endpoint end) {
    return end.address() + " " + end.port();
  }

  /// Control characters as escapes: log text is data.
  private static @Nullable String shown(@Nullable String text) {
    if (text == null) {
      return null;
    }
    var out = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          if (c < 0x20 || c == 0x7F) {
            out.append("\\x%02X".formatted(c));
          } else {
            out.appendCodePoint(c);
          }
        });
    return out.toString();
  }
}
