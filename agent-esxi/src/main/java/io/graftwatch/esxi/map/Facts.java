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
import org.jspecify.annotations.Nullable;

/// Makes the facts of one message, with who did it as far as the message's origin tells.
final class Facts {
  private static final String KIND = "esxi";
  private static final int MAX_TEXT = 1024;

  private final Provenance provenance;
  private final @Nullable String opId;
  private final @Nullable String session;
  private final @Nullable String user;

  Facts(Message message, Provenance provenance) {
    this.provenance = provenance;
    this.opId = message.origin("opID");
    this.session = message.origin("sid");
    this.user = message.origin("user");
  }

  /// On which way the message's act came, as its origin tells; null when it does not.
  private @Nullable String vector() {
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
        provenance,
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
    return new ServerLog(provenance, KIND, null, kind, component, -1, null, cut(text));
  }

  Fact cutOff(String what, String text) {
    return new SourceChange(provenance, what, SourceChange.Kind.DISABLED, cut(text), actor());
  }

  private Actor actor() {
    return new Actor(
        ProcessId.UNKNOWN, -1, null, List.of(), new Identity(-1, user, null, -1, session), null);
  }

  Fact command(String account, String commandLine) {
    return new AdminCommand(
        provenance, account, cut(commandLine), AdminCommand.Channel.SHELL, null);
  }

  Fact ssh(boolean opened, String account, String address) {
    return new AdminSession(provenance, opened, account, address, "ssh", null);
  }

  /// A session with the host's management service.
  Fact login(boolean opened, String account, String address) {
    boolean local =
        address.startsWith("127.") || address.equals("::1") || address.equals("localhost");
    String own = opId == null ? null : vectorOf(opId);
    String vector =
        isManager(account)
            ? "vcenter"
            : account.equals("dcui")
                ? "dcui"
                : own != null && (local || own.equals("https")) ? own : local ? "esxcli" : "https";
    return new AdminSession(provenance, opened, account, local ? null : address, vector, session);
  }

  static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
