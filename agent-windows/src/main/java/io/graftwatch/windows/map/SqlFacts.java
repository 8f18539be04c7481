package io.graftwatch.windows.map;

import io.graftwatch.core.fact.ComponentChange;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.ServerLog;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.windows.event.EventData;
import io.graftwatch.windows.event.WinEvent;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// SQL Server's events in the Application log: unnamed values under the provider `MSSQLSERVER` or
/// `MSSQL$<instance>`.
final class SqlFacts {
  private static final String KIND = "sql";
  private static final String DEFAULT_INSTANCE = "MSSQLSERVER";
  private static final String NAMED = "MSSQL$";

  /// Options that let the server run code outside itself when they are switched on.
  private static final Set<String> OPENING =
      Set.of(
          "xp_cmdshell",
          "clr enabled",
          "ole automation procedures",
          "external scripts enabled",
          "scan for startup procs");

  /// Libraries that SQL Server's own procedures live in.
  private static final Set<String> OWN_LIBRARIES =
      Set.of(
          "xpstar.dll", "xplog70.dll", "odsole70.dll", "xpsqlbot.dll", "xprepl.dll", "xpqueue.dll");

  private SqlFacts() {}

  static boolean isSql(WinEvent event) {
    return event.provider().equals(DEFAULT_INSTANCE) || event.provider().startsWith(NAMED);
  }

  static boolean map(WinEvent event, Provenance provenance, FactSink sink) {
    EventData data = event.data();
    String instance =
        event.provider().startsWith(NAMED)
            ? event.provider().substring(NAMED.length()).toUpperCase(Locale.ROOT)
            : DEFAULT_INSTANCE;
    return switch (event.id()) {
      case 15457 -> optionChanged(data, instance, provenance, sink);
      case 15281 ->
          log(
              ServerLog.Kind.LOAD_ERROR,
              procedure(data.at(1)),
              "access to " + data.at(1) + " was blocked: it is switched off",
              instance,
              provenance,
              sink);
      case 17750 ->
          log(
              ServerLog.Kind.LOAD_ERROR,
              data.at(0),
              "could not load " + data.at(0),
              instance,
              provenance,
              sink);
      case 8128 ->
          !OWN_LIBRARIES.contains(Registrations.fileName(data.at(0)).toLowerCase(Locale.ROOT))
              && log(
                  ServerLog.Kind.LOADED,
                  data.at(0),
                  "loaded " + data.at(0) + " for extended procedure " + data.at(2),
                  instance,
                  provenance,
                  sink);
      case 17135 ->
          log(
              ServerLog.Kind.LOADED,
              data.at(0),
              "launched start-up procedure " + data.at(0),
              instance,
              provenance,
              sink);
      case 33205 -> audited(data.at(0), instance, provenance, sink);
      default -> false;
    };
  }

  private static String procedure(String name) {
    return name.startsWith("sys.") ? name.substring(4) : name;
  }

  /// It is written for every sp_configure, also for one that changes nothing.
  private static boolean optionChanged(
      EventData data, String instance, Provenance provenance, FactSink sink) {
    String option = data.at(0).toLowerCase(Locale.ROOT);
    boolean on = data.at(1).equals("0") && data.at(2).equals("1");
    boolean off = data.at(1).equals("1") && data.at(2).equals("0");
    boolean opened = option.equals("clr strict security") ? off : on && OPENING.contains(option);
    if (!opened) {
      return false;
    }
    sink.accept(
        Components.change(provenance, KIND, option, ComponentChange.Action.OPTION_CHANGED)
            .of(instance)
            .with("old", data.at(1))
            .with("new", data.at(2))
            .fact());
    return true;
  }

  /// SQL Server Audit: one text of `key:value` lines.
  private static boolean audited(
      String text, String instance, Provenance provenance, FactSink sink) {
    String statement = field(text, "statement");
    if (statement == null || !"true".equals(field(text, "succeeded"))) {
      return false;
    }
    String component = Statements.component(statement);
    if (component == null) {
      return false;
    }
    String who = field(text, "server_principal_name");
    String from = field(text, "client_ip");
    return log(
        ServerLog.Kind.STATEMENT,
        component,
        statement + (who == null ? "" : " (" + who + (from == null ? ")" : " from " + from + ")")),
        instance,
        provenance,
        sink);
  }

  /// A field's value up to the next line that is a field; a statement may have many lines.
  private static @Nullable String field(String text, String name) {
    int at = text.startsWith(name + ":") ? 0 : text.indexOf("\n" + name + ":") + 1;
    if (at == 0 && !text.startsWith(name + ":")) {
      return null;
    }
    int from = at + name.length() + 1;
    int end = text.indexOf("\nadditional_information:", from);
    if (!name.equals("statement") || end < 0) {
      end = text.indexOf('\n', from);
    }
    String value = text.substring(from, end < 0 ? text.length() : end).strip();
    return value.isEmpty() ? null : value;
  }

  private static boolean log(
      ServerLog.Kind kind,
      String component,
      String text,
      String instance,
      Provenance provenance,
      FactSink sink) {
    sink.accept(new ServerLog(provenance, KIND, instance, kind, component, -1, null, text));
    return true;
  }
}
