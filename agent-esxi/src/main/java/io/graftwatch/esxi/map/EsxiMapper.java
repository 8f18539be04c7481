package io.graftwatch.esxi.map;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.ServerLog.Kind;
import io.graftwatch.esxi.line.Message;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Maps a message to the fact that it tells, a pure function of it. Most messages tell none, and
/// are passed over by their program and first bytes before any text is made of them.
public final class EsxiMapper {
  /// How texts of hostd begin that may mean something.
  private static final String[] HOSTD = {
    "Event ",
    "Task Created : ",
    "Accepted password for user ",
    "User ",
    "SSH ",
    "TSM",
    "ESXi ",
    "The ",
    "Host ",
    "Attempting to ",
    "SECURITY ALERT",
    "Successfully installed ",
    "Set called with key ",
    "Option ",
    "Firewall ",
    "ExecInstalledOnly",
    "Extension ",
    "Registering ",
    "hostd-"
  };

  /// First letters of those.
  private static final boolean[] MAY_BEGIN = new boolean[128];

  static {
    for (String start : HOSTD) {
      MAY_BEGIN[start.charAt(0)] = true;
    }
  }

  private static final byte[] UNRESPONSIVE =
      "hostd detected to be non-responsive".getBytes(StandardCharsets.ISO_8859_1);

  private EsxiMapper() {}

  /// @param provenance asked for a message that may tell something
  /// @return null for none
  public static @Nullable Fact map(Message message, Supplier<Provenance> provenance) {
    return switch (message.programLength()) {
      case 0 -> nameless(message, provenance);
      case 4 ->
          message.isFrom("vobd")
              ? vobd(message, provenance)
              : message.isFrom("sshd") || message.isFrom("vpxd") || message.isFrom("root")
                  ? small(message, provenance)
                  : message.isFrom("vpxa") ? hostd(message, provenance) : null;
      case 5 ->
          message.isFrom("hostd")
              ? hostd(message, provenance)
              : message.isFrom("shell") ? small(message, provenance) : null;
      case 3 -> message.isFrom("ssh") ? small(message, provenance) : null;
      case 8 ->
          message.isFrom("vmkernel")
              ? nameless(message, provenance)
              : message.isFrom("esxshell") ? small(message, provenance) : null;
      case 9 -> message.isFrom("esxupdate") ? small(message, provenance) : null;
      default ->
          message.isFromA("watchdog-")
              ? small(message, provenance)
              : message.isFrom("configstore") || message.isFrom("configstored")
                  ? hostd(message, provenance)
                  : null;
    };
  }

  /// A line of vobd.log or vmkernel.log, which name no program.
  private static @Nullable Fact nameless(Message message, Supplier<Provenance> provenance) {
    if (message.first() == '[') {
      return vobd(message, provenance);
    }
    return message.holds(UNRESPONSIVE)
        ? new Facts(message, provenance).log(Kind.UNRESPONSIVE, "hostd", message.text())
        : null;
  }

  private static @Nullable Fact hostd(Message message, Supplier<Provenance> provenance) {
    int first = message.first();
    if (first < 0 || !MAY_BEGIN[first]) {
      return null;
    }
    for (String start : HOSTD) {
      if (message.says(start)) {
        return hostd(message, message.text(), provenance);
      }
    }
    return null;
  }

  private static @Nullable Fact hostd(
      Message message, String text, Supplier<Provenance> provenance) {
    var facts = new Facts(message, provenance);
    if (text.startsWith("hostd-")) {
      return text.endsWith(" started") ? facts.log(Kind.START, "hostd", text) : null;
    }
    if (text.startsWith("Task Created : ")) {
      boolean installs = text.contains("PatchManager.Install") || text.contains(".InstallV2");
      return installs
          ? facts.change("installed", java.util.Map.of())
          : EventTexts.fact(facts, "", text);
    }
    return EventTexts.fact(facts, "", text.startsWith("Event ") ? event(text) : text);
  }

  /// `Event 129 : TEXT`.
  private static String event(String text) {
    int colon = text.indexOf(" : ");
    return colon < 0 ? text : text.substring(colon + 3);
  }

  /// `[Correlator] 3087878318715us: [ID] TEXT`.
  private static @Nullable Fact vobd(Message message, Supplier<Provenance> provenance) {
    String text = message.text();
    int us = text.indexOf("us: [");
    int close = us < 0 ? -1 : text.indexOf("] ", us);
    if (close < 0) {
      return null;
    }
    String id = text.substring(us + "us: [".length(), close);
    return EventTexts.fact(new Facts(message, provenance), id, text.substring(close + 2));
  }

  /// Programs that write little.
  private static @Nullable Fact small(Message message, Supplier<Provenance> provenance) {
    String text = message.text();
    var facts = new Facts(message, provenance);
    if (message.isFrom("sshd")) {
      return Logins.sshd(facts, text);
    }
    if (message.isFrom("shell")) {
      return shell(facts, text);
    }
    if (message.isFrom("esxupdate")) {
      return UpdateFacts.fact(facts, message, text);
    }
    if (message.isFrom("vpxd")) {
      return vpxd(facts, text);
    }
    return message.isFrom("root") || message.isFromA("watchdog-")
        ? agent(facts, message, text)
        : EventTexts.fact(facts, "", text);
  }

  /// `[root]: COMMAND`.
  private static @Nullable Fact shell(Facts facts, String text) {
    if (text.startsWith("Interactive shell session started")) {
      return facts.log(Kind.OPTION_CHANGE, "shell", text);
    }
    int close = text.indexOf("]: ");
    return text.startsWith("[") && close > 0
        ? facts.command(text.substring(1, close), text.substring(close + 3))
        : null;
  }

  /// The watchdogs of the management agents, and their scripts in /etc/init.d.
  private static @Nullable Fact agent(Facts facts, Message message, String text) {
    boolean watched = message.isFrom("watchdog-hostd") || message.isFrom("watchdog-vpxa");
    boolean script = text.startsWith("/etc/init.d/hostd") || text.startsWith("/etc/init.d/vpxa");
    String name = text.contains("vpxa") || message.isFrom("watchdog-vpxa") ? "vpxa" : "hostd";
    if (watched && text.contains("Terminating watchdog process")) {
      return facts.log(Kind.STOP, name, text);
    }
    if (watched && text.contains("Begin '")) {
      return facts.log(Kind.START, name, text);
    }
    if (script && text.endsWith(" stopped.")) {
      return facts.log(Kind.STOP, name, text);
    }
    return script && text.endsWith(" started.") ? facts.log(Kind.START, name, text) : null;
  }

  /// `Event [ID] [1-1] [TIME] [TYPE] [LEVEL] [USER] [] [ID] [TEXT]`.
  private static @Nullable Fact vpxd(Facts facts, String text) {
    int last = text.lastIndexOf(" [");
    return text.startsWith("Event [") && text.endsWith("]") && last > 0
        ? EventTexts.fact(facts, "", text.substring(last + 2, text.length() - 1))
        : EventTexts.fact(facts, "", text);
  }
}
