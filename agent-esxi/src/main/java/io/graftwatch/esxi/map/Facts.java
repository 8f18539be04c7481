package io.graftwatch.esxi.map;

import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.AdminCommand;
import io.graftwatch.core.fact.AdminSession;
import io.graftwatch.core.fact.ComponentChange;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.ServerLog;
import io.graftwatch.core.fact.SourceChange;
import io.graftwatch.esxi.line.Message;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes the facts of one message, with who did it as far as the message's origin tells.
final class Facts {
  private static final String KIND = "esxi";
  private static final int MAX_TEXT = 1024;

  private final Message message;

  /// Asked for by a fact only: most messages that are looked at tell none.
  private final Supplier<Provenance> provenance;

  Facts(Message message, Supplier<Provenance> provenance) {
    this.message = message;
    this.provenance = provenance;
  }

  /// On which way the message's act came, as its origin tells; null when it does not.
  private @Nullable String vector() {
    String user = message.origin("user");
    String opId = message.origin("opID");
    if (user != null && isManager(user)) {
      return "vcenter";
    }
    return opId == null ? null : vectorOf(opId);
  }

  private static @Nullable String vectorOf(String opId) {
    return opId.startsWith("esxui-")
        ? "https"
        : opId.startsWith("esxcli-") ? "esxcli" : opId.startsWith("vim-cmd-") ? "vim-cmd" : null;
  }

  static boolean isManager(String user) {
    return user.equals("vpxuser") || user.startsWith("vpxuser:");
  }

  Fact change(String name, Map<String, String> detail) {
    return change(name, null, detail);
  }

  Fact change(String name, @Nullable String vendor, Map<String, String> detail) {
    return new ComponentChange(
        provenance.get(),
        KIND,
        null,
        name,
        null,
        ComponentChange.Action.REGISTERED,
        null,
        actor(),
        null,
        null,
        vendor,
        null,
        vector(),
        detail);
  }

  Fact log(ServerLog.Kind kind, @Nullable String component, String text) {
    return new ServerLog(provenance.get(), KIND, null, kind, component, -1, null, cut(text));
  }

  Fact cutOff(String what, String text) {
    return new SourceChange(provenance.get(), what, SourceChange.Kind.DISABLED, cut(text), actor());
  }

  private Actor actor() {
    return new Actor(
        ProcessId.UNKNOWN,
        -1,
        null,
        List.of(),
        new Identity(-1, message.origin("user"), null, -1, message.origin("sid")),
        null);
  }

  Fact command(String account, String commandLine) {
    return new AdminCommand(
        provenance.get(), account, cut(commandLine), AdminCommand.Channel.SHELL, null);
  }

  Fact ssh(boolean opened, String account, String address) {
    return new AdminSession(provenance.get(), opened, account, address, "ssh", null);
  }

  /// A session with the host's management service.
  Fact login(boolean opened, String account, String address) {
    boolean local =
        address.startsWith("127.") || address.equals("::1") || address.equals("localhost");
    String opId = message.origin("opID");
    String own = opId == null ? null : vectorOf(opId);
    String vector =
        isManager(account)
            ? "vcenter"
            : account.equals("dcui")
                ? "dcui"
                : own != null && (local || own.equals("https")) ? own : local ? "esxcli" : "https";
    return new AdminSession(
        provenance.get(), opened, account, local ? null : address, vector, message.origin("sid"));
  }

  static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
