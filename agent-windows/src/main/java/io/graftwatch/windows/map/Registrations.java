package io.graftwatch.windows.map;

import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.ComponentChange;
import io.graftwatch.core.fact.ComponentChange.Action;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.SourceChange;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.windows.event.EventData;
import io.graftwatch.windows.event.WinEvent;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Commands that register a server's component, wherever they are logged: as a process's command
/// line, as a PowerShell script block, as an Exchange cmdlet.
final class Registrations {
  private static final int MAX_TEXT = 64 * 1024;

  private Registrations() {}

  /// A command line, with the process itself as the actor.
  ///
  /// @param line as recorded: quotes tell where a value with blanks ends
  static void command(ProcessStart start, @Nullable String line, FactSink sink) {
    if (line == null) {
      return;
    }
    var actor =
        new Actor(
            start.process(),
            start.parent().process().pid(),
            start.image().path(),
            start.argv(),
            start.identity(),
            null);
    boolean _ = read(line, actor, start.provenance(), sink);
  }

  /// PowerShell 4104: the text of a script block.
  static boolean scriptBlock(WinEvent event, Provenance provenance, FactSink sink) {
    String text = event.id() == 4104 ? event.data().text("ScriptBlockText") : null;
    return text != null && read(text, Subjects.writer(event), provenance, sink);
  }

  /// MSExchange Management 1 (done) and 6 (failed): the cmdlet, then its parameters.
  static boolean exchangeCmdlet(WinEvent event, Provenance provenance, FactSink sink) {
    EventData data = event.data();
    if (event.id() != 1 && event.id() != 6) {
      return false;
    }
    String user = data.at(2);
    var actor =
        new Actor(
            Actor.UNKNOWN.process(),
            -1,
            null,
            List.of(),
            new Identity(-1, user.isEmpty() ? null : user, event.userSid(), -1, null),
            null);
    return read(data.at(0) + " " + data.at(1), actor, provenance, sink);
  }

  private static boolean read(String all, Actor actor, Provenance provenance, FactSink sink) {
    String text = all.length() > MAX_TEXT ? all.substring(0, MAX_TEXT) : all;
    String lower = text.toLowerCase(Locale.ROOT);
    ComponentChange change = null;
    if (lower.contains("appcmd")) {
      change = appcmd(text, lower, actor, provenance);
      if (lower.contains("httplogging") && lower.contains("dontlog:") && lower.contains("true")) {
        sink.accept(
            new SourceChange(
                provenance, "access log of IIS", SourceChange.Kind.DISABLED, text, actor));
        return true;
      }
    } else if (lower.contains("-webglobalmodule") || lower.contains("new-webmanagedmodule")) {
      change = cmdlet("iis", text, lower, "-image", removes(lower), actor, provenance);
    } else if (lower.contains("-transportagent")) {
      change = transportAgent(text, lower, actor, provenance);
    } else if (lower.contains("gacutil")) {
      change = gacutil(text, lower, actor, provenance);
    } else if (lower.contains("enterpriseservices.internal.publish")
        && lower.contains("gacinstall")) {
      change = assembly(quoted(text, lower.indexOf("gacinstall")), actor, provenance);
    } else if (lower.contains("termservice\\parameters") && lower.contains("servicedll")) {
      String value = option(text, lower, " /d ", " -value ");
      return value != null
          && RegistryFacts.set(
              new RegistryFacts.Value(
                  "HKLM\\SYSTEM\\CurrentControlSet\\Services\\TermService\\Parameters\\ServiceDll",
                  value,
                  actor),
              provenance,
              sink);
    }
    if (change == null) {
      return false;
    }
    sink.accept(change);
    return true;
  }

  /// `appcmd install module /name:X /image:Y`, `add module`, `set config … /+[name='X',image='Y']`.
  private static @Nullable ComponentChange appcmd(
      String text, String lower, Actor actor, Provenance provenance) {
    boolean module = lower.contains("module") || lower.contains("isapifilters");
    boolean removed = lower.contains("uninstall module") || lower.contains("delete module");
    boolean added =
        lower.contains("install module")
            || lower.contains("add module")
            || (lower.contains("set config") && lower.contains("/+"));
    String name = option(text, lower, "/name:", "name='", "name=", "/module.name:");
    if (!module || !(added || removed) || (name != null && ServerFacts.isBuiltIn(name))) {
      return null;
    }
    String path = option(text, lower, "/image:", "image='", "path='", "image=");
    return Components.change(
            provenance,
            "iis",
            name != null ? name : path != null ? path : "module",
            removed ? Action.REMOVED : Action.REGISTERED)
        .path(path)
        .by(actor)
        .fact();
  }

  private static boolean removes(String lower) {
    return lower.contains("remove-web") || lower.contains("disable-web");
  }

  private static @Nullable ComponentChange cmdlet(
      String kind,
      String text,
      String lower,
      String file,
      boolean removed,
      Actor actor,
      Provenance provenance) {
    String name = option(text, lower, "-name ", "-name:");
    if (lower.contains("get-web") || (name != null && ServerFacts.isBuiltIn(name))) {
      return null;
    }
    String path = option(text, lower, file + " ", file + ":", "-type ");
    return Components.change(
            provenance,
            kind,
            name != null ? name : path != null ? path : "module",
            removed ? Action.REMOVED : Action.REGISTERED)
        .path(path)
        .by(actor)
        .fact();
  }

  private static @Nullable ComponentChange transportAgent(
      String text, String lower, Actor actor, Provenance provenance) {
    boolean added =
        lower.contains("install-transportagent") || lower.contains("enable-transportagent");
    boolean removed =
        lower.contains("uninstall-transportagent") || lower.contains("disable-transportagent");
    if (removed || !added) {
      return null;
    }
    String name = option(text, lower, "-name ", "-identity ", "-name:");
    String path = option(text, lower, "-assemblypath ", "-assemblypath:");
    return Components.change(
            provenance, "mail", name == null ? "transport agent" : name, Action.REGISTERED)
        .path(path)
        .by(actor)
        .with("factory", option(text, lower, "-transportagentfactory "))
        .fact();
  }

  private static @Nullable ComponentChange gacutil(
      String text, String lower, Actor actor, Provenance provenance) {
    String path = option(text, lower, " /i ", " -i ", " /if ", " -if ", " /i:", " -i:");
    return path == null ? null : assembly(path, actor, provenance);
  }

  private static @Nullable ComponentChange assembly(
      @Nullable String path, Actor actor, Provenance provenance) {
    return path == null
        ? null
        : Components.change(provenance, "iis", fileName(path), Action.REGISTERED)
            .path(path)
            .by(actor)
            .fact();
  }

  /// The value behind the first of these openings that stands in the text: up to the closing quote,
  /// else up to a blank, comma or bracket.
  private static @Nullable String option(String text, String lower, String... openings) {
    for (String opening : openings) {
      int at = lower.indexOf(opening);
      if (at >= 0) {
        int from = at + opening.length();
        while (from < text.length() && text.charAt(from) == ' ') {
          from++;
        }
        char before = at == 0 ? 0 : text.charAt(at - 1);
        boolean inQuotes = before == '"' || before == '\'';
        String value = value(text, from, opening.endsWith("'") ? '\'' : inQuotes ? before : 0);
        if (!value.isEmpty()) {
          return value;
        }
      }
    }
    return null;
  }

  private static String value(String text, int from, char open) {
    char quote = open;
    int begin = from;
    if (quote == 0 && from < text.length() && "'\"".indexOf(text.charAt(from)) >= 0) {
      quote = text.charAt(from);
      begin = from + 1;
    }
    int end = begin;
    while (end < text.length()
        && (quote != 0 ? text.charAt(end) != quote : " ,;]})\n".indexOf(text.charAt(end)) < 0)) {
      end++;
    }
    return text.substring(begin, end);
  }

  /// The next text in quotes.
  private static @Nullable String quoted(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) == '"' || text.charAt(i) == '\'') {
        int end = text.indexOf(text.charAt(i), i + 1);
        return end < 0 ? text.substring(i + 1) : text.substring(i + 1, end);
      }
    }
    return null;
  }

  static String fileName(String path) {
    return path.substring(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);
  }
}
