package io.graftwatch.linux.line;

import io.graftwatch.core.fact.AdminCommand;
import io.graftwatch.core.fact.ComponentChange;
import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Listener;
import io.graftwatch.core.fact.ModuleLoad;
import io.graftwatch.core.fact.ProcessEnd;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.ServerLog;
import io.graftwatch.core.fact.SourceChange;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// A fact as one line of text, for expected results that people read: place, time, what.
public final class FactText {
  private FactText() {}

  public static String of(Fact fact) {
    String place = fact.provenance().shown();
    return place.substring(place.lastIndexOf(':') + 1)
        + " "
        + instant(fact.time())
        + " "
        + what(fact);
  }

  public static String what(Fact fact) {
    return switch (fact) {
      case ServerLog log ->
          log.serverKind()
              + " "
              + log.kind()
              + part(" component=", log.component())
              + (log.pid() < 0 ? "" : " pid=" + log.pid())
              + part(" exe=", log.exe())
              + part(" instance=", log.instance())
              + (log.provenance().trust() == 1.0 ? " kernel" : "");
      case ProcessStart start ->
          start.kind()
              + " "
              + process(start.process())
              + " ppid="
              + start.parent().process().pid()
              + " uid="
              + start.identity().uid()
              + part(" exe=", start.image().path())
              + (start.image().fileless() ? " fileless" : "")
              + " "
              + start.argv();
      case ProcessEnd end -> "END " + process(end.process()) + " signal=" + end.signal();
      case Connection c ->
          "CONNECTION "
              + c.via()
              + " "
              + c.state()
              + " "
              + c.direction()
              + " "
              + c.protocol()
              + " "
              + end(c.local())
              + " -> "
              + end(c.remote())
              + (c.process().known() ? " " + process(c.process()) : "");
      case Listener l ->
          "LISTENER "
              + l.via()
              + " "
              + l.protocol()
              + " "
              + end(l.local())
              + " "
              + process(l.process());
      case SourceChange change -> "SOURCE " + change.changed() + " " + change.kind();
      case AdminCommand command -> "COMMAND " + command.user() + ": " + command.commandLine();
      case ModuleLoad load ->
          "LOAD "
              + process(load.process())
              + " "
              + load.path()
              + part(" owner=", load.packageOwner())
              + (load.deleted() ? " deleted" : "");
      case ComponentChange change ->
          "COMPONENT "
              + change.serverKind()
              + " "
              + change.action()
              + " "
              + change.name()
              + part(" path=", change.path())
              + part(" config=", change.configFile());
      default -> fact.getClass().getSimpleName();
    };
  }

  private static String process(ProcessId process) {
    return "pid="
        + process.pid()
        + (process.start() < 0 ? "" : " born=" + instant(process.start()));
  }

  private static String end(Endpoint end) {
    return end.address() + " port " + end.port();
  }

  private static String part(String label, @Nullable String value) {
    return value == null ? "" : label + value;
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
