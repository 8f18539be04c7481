package io.graftwatch.esxi.map;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ServerLog.Kind;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the texts of hostd's events mean. hostd prints only the text of an event, vobd its id, too;
/// both lead here.
final class EventTexts {
  private static final String LOG_HOST = "Syslog.global.logHost";
  private static final String EXEC = "execinstalledonly";

  private EventTexts() {}

  /// @param id as vobd has it, empty when unknown
  /// @return null for a text that means nothing here
  static @Nullable Fact fact(Facts facts, String id, String text) {
    Fact byId = id.isEmpty() ? null : byId(facts, id, text);
    if (byId != null) {
      return byId;
    }
    if (text.startsWith("User ") || text.startsWith("Accepted password for user ")) {
      return Logins.hostd(facts, text);
    }
    if (text.contains("SSH session was ")) {
      return Logins.sshSession(facts, text);
    }
    if (text.contains("image profile")) {
      return install(facts, text);
    }
    if (text.contains("vib without valid signature")) {
      return facts.change("signature", Map.of("text", Facts.cut(text)));
    }
    if (text.contains("cceptance level changed from ")) {
      return acceptance(facts, text);
    }
    if (text.contains("nstalled") && UpdateFacts.namesVibs(text)) {
      return UpdateFacts.installed(facts, text);
    }
    if (text.startsWith("Successfully installed ")) {
      return text.startsWith("Successfully installed 0 ")
          ? null
          : facts.change("installed", Map.of());
    }
    if (text.contains("maintenance mode")) {
      return text.contains("has entered")
          ? facts.log(Kind.MAINTENANCE_BEGIN, null, text)
          : text.contains("has exited") || text.contains("exited maintenance")
              ? facts.log(Kind.MAINTENANCE_END, null, text)
              : null;
    }
    if (text.startsWith("Host has booted")) {
      return facts.log(Kind.BOOT, null, text);
    }
    return policy(facts, text);
  }

  private static @Nullable Fact byId(Facts facts, String id, String text) {
    return switch (id) {
      case "esx.audit.esximage.install.novalidation" ->
          facts.change("validation", Map.of("text", Facts.cut(text)));
      case "esx.audit.esximage.install.nosigcheck", "esx.audit.esximage.install.nobypasssigcheck" ->
          facts.change("signature", Map.of("text", Facts.cut(text)));
      case "esx.audit.esximage.vib.install.successful" -> facts.change("installed", Map.of());
      case "esx.audit.ssh.enabled", "esx.audit.shell.enabled" ->
          facts.log(Kind.OPTION_CHANGE, "shell", text);
      case "esx.audit.maintenancemode.entered" -> facts.log(Kind.MAINTENANCE_BEGIN, null, text);
      case "esx.audit.maintenancemode.exited" -> facts.log(Kind.MAINTENANCE_END, null, text);
      case "esx.audit.host.boot" -> facts.log(Kind.BOOT, null, text);
      case "esx.audit.dcui.hostagents.restart" -> facts.log(Kind.RELOAD, "hostd", text);
      case "esx.problem.hostd.core.dumped" -> facts.log(Kind.WORKER_CRASH, "hostd", text);
      case "esx.problem.vpxa.core.dumped" -> facts.log(Kind.WORKER_CRASH, "vpxa", text);
      case "esx.audit.net.firewall.disabled" -> facts.cutOff("firewall", text);
      default ->
          id.toLowerCase(Locale.ROOT).endsWith(EXEC + ".disabled")
              ? facts.change("execInstalledOnly", Map.of("text", Facts.cut(text)))
              : null;
    };
  }

  private static @Nullable Fact install(Facts facts, String text) {
    boolean alert = text.startsWith("SECURITY ALERT");
    if (!alert && !text.startsWith("Attempting to install an image profile")) {
      return null;
    }
    String lower = text.toLowerCase(Locale.ROOT);
    boolean validation = lower.contains("validation disabled") || lower.contains("force");
    boolean signature = lower.contains("bypassing signing") || lower.contains("sig");
    return validation || signature || alert
        ? facts.change(validation ? "validation" : "signature", Map.of("text", Facts.cut(text)))
        : null;
  }

  /// `Host acceptance level changed from X to Y`.
  private static @Nullable Fact acceptance(Facts facts, String text) {
    int from = text.indexOf(" changed from ") + " changed from ".length();
    int to = text.indexOf(" to ", from);
    if (to < 0) {
      return null;
    }
    return facts.change(
        "acceptance",
        Map.of(
            "from", word(text.substring(from, to)),
            "level", word(text.substring(to + 4)),
            "text", Facts.cut(text)));
  }

  private static String word(String text) {
    String word = text.strip();
    int end = 0;
    while (end < word.length()
        && (Character.isLetterOrDigit(word.charAt(end)) || "_-".indexOf(word.charAt(end)) >= 0)) {
      end++;
    }
    return word.substring(0, end);
  }

  private static @Nullable Fact policy(Facts facts, String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains(EXEC)) {
      boolean off =
          lower.contains("disabled")
              || isOff(value(lower.substring(lower.indexOf(EXEC) + EXEC.length())));
      return off ? facts.change("execInstalledOnly", Map.of("text", Facts.cut(text))) : null;
    }
    int key = text.indexOf(LOG_HOST);
    if (key >= 0) {
      String value = value(lower.substring(key + LOG_HOST.length()));
      return value.isEmpty() || value.equals("none") || value.equals("null")
          ? facts.cutOff("log forwarding", text)
          : null;
    }
    if (lower.startsWith("firewall has been disabled")) {
      return facts.cutOff("firewall", text);
    }
    if (lower.contains("management agents") && lower.contains("restart")) {
      return facts.log(Kind.RELOAD, "hostd", text);
    }
    boolean shell =
        text.contains("SSH")
            || lower.contains("esxi shell")
            || lower.startsWith("tsm running status")
            || lower.contains("local shell");
    boolean on =
        lower.contains("has been enabled")
            || lower.contains("login enabled")
            || lower.contains("running status is true");
    if (shell && on) {
      boolean console = lower.startsWith("esxi shell login");
      return facts.log(Kind.OPTION_CHANGE, console ? "console" : "shell", text);
    }
    return Extensions.fact(facts, text, lower);
  }

  private static boolean isOff(String value) {
    return value.equals("0") || value.equals("false") || value.equals("no");
  }

  /// The last value behind a key: `', value '"false"'`, ` = 0`, ` changed from x to y`.
  private static String value(String rest) {
    int at = -1;
    for (String mark : new String[] {" to ", "value", "="}) {
      int found = rest.lastIndexOf(mark);
      if (found >= 0) {
        at = found + mark.length();
        break;
      }
    }
    return at < 0 ? "" : rest.substring(at).replaceAll("[\\s'\"\\\\\\[\\](){}:,.;]", "");
  }
}
