package io.graftwatch.core.config;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.graftwatch.delivery.config.Key;
import io.graftwatch.delivery.config.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The mutable elements of the analytics under MITRE's own names (ATT&CK 18.1, strategies DET0547,
/// DET0181, DET0166, DET0394, DET0068, DET0212, DET0535): what each takes and what it does here.
/// `TimeWindow` is in every analytic.
final class Elements {
  private final Map<String, Map<String, Key<List<String>>>> all = new LinkedHashMap<>();
  private final boolean allowAll;

  private Elements(boolean allowAll) {
    this.allowAll = allowAll;
    server("AN1507", names("ParentProcessName", SERVERS));
    server(
        "AN1508",
        paths("ServerBinaryPath", SERVERS),
        element(
            "OutboundPortRange",
            Type.listOf(Type.text("port or range, as \"8000-8100\"").map(Elements::ports)),
            "[\"80\", \"443\", \"25\", \"53\", \"123\", \"587\"]",
            "Ports on which a server may be expected to connect out. Others count more."));
    server("AN1509", paths("ParentBinaryPath", SERVERS));
    analytic(
        "AN1510",
        "60m",
        names(
            "PluginVendorName",
            "[\"VMware\", \"VMW\", \"Broadcom\"] and the vendors of the first inventory",
            "VIB vendors and extension companies that belong, whole and without case."),
        element(
            "AccessVector",
            Type.listOf(
                Type.choice(List.of("https", "vcenter", "ssh", "esxcli", "vim-cmd", "dcui"))),
            "[\"vcenter\", \"https\"]",
            "Ways on which installing is expected."));
    analytic(
        "AN0511",
        "30d",
        count("xp_cmdshell_invocation_threshold", "1", "Calls of xp_cmdshell before it counts."),
        names("CLRAssemblyNameWhitelist", "[]", "CLR assemblies that belong."));
    analytic(
        "AN0512",
        "30d",
        regex("CommandRegex", "the catalogue's commands", "Commands that SQL should never start."));
    analytic(
        "AN0472",
        "30d",
        paths(
            "AssemblyPath", "Exchange's agents folder", "Where transport agents' assemblies lie."),
        count("CmdletInvocationThreshold", "1", "Transport-agent cmdlets before they count."));
    analytic(
        "AN0473",
        "30d",
        paths(
            "MailTransportScriptPath",
            "[\"/etc/postfix/**\", \"/etc/exim4/**\", \"/etc/mail/**\"]",
            "Where filters, milters and their configuration lie."),
        names("UserContext", "the mail servers' users", "Users that mail filters run as."),
        count("ExecFrequencyThreshold", "1", "Runs of a new filter before it counts."));
    analytic(
        "AN1108",
        "30d",
        paths("WebRootPath", ROOTS, "Web roots."),
        names("ParentProcess", SERVERS, "Servers that may run scripts."));
    analytic(
        "AN1109",
        "30d",
        paths("WebRootPath", ROOTS, "Web roots."),
        element(
            "PayloadEntropyThreshold",
            Type.decimal("0", "8").checkedText(),
            "6.0",
            "Shannon entropy, bits a byte, above which a script looks packed."));
    analytic(
        "AN1110",
        "30d",
        names(
            "InterpreterName",
            "the catalogue's shells and interpreters",
            "Programs whose start below a web server of a Mac counts as an interpreter's."),
        names("ExecutionParent", SERVERS, "Servers that may run scripts."));
    analytic(
        "AN0184",
        "30d",
        names("UserContext", "any", "Users who may change IIS components."),
        paths("WatchedPaths", "inetsrv and the global modules' folders", "Folders of IIS modules."),
        element(
            "DLLNameEntropyThreshold",
            Type.decimal("0", "8").checkedText(),
            "4.0",
            "Entropy of a module's name above which it looks random."),
        names("ParentProcessName", "[\"w3wp.exe\", \"appcmd.exe\"]", "Who loads or registers."));
    analytic(
        "AN0595",
        "30d",
        paths("TargetDLLPath", "termsrv.dll in System32", "The DLL that TermService must load."),
        names(
            "RegistryKeyTarget",
            "TermService\\Parameters\\ServiceDll",
            "Registry values that name it."),
        names("ParentProcessName", "any", "Who may change them."));
    analytic(
        "AN1475",
        "30d",
        names(
            "AcceptanceLevel",
            "[\"VMwareCertified\", \"VMwareAccepted\", \"PartnerSupported\"]",
            "Acceptance levels that are expected."),
        count("InstallCommandThreshold", "1", "Install commands before they count."),
        regex(
            "StartupPathRegex", "rc.local.d and the boot banks", "Start-up files to be watched."));
  }

  static Elements of(boolean allowAll) {
    return new Elements(allowAll);
  }

  private static final String SERVERS = "the catalogue's server profiles";
  private static final String ROOTS =
      "what the servers' configuration says; else /var/www, /srv/www";

  /// Analytic → element → key.
  Map<String, Map<String, Key<List<String>>>> all() {
    return all;
  }

  @SafeVarargs
  private void server(String analytic, Key<List<String>>... keys) {
    analytic(analytic, "30d", keys);
  }

  @SafeVarargs
  private void analytic(String id, String window, Key<List<String>>... keys) {
    var table = new LinkedHashMap<String, Key<List<String>>>();
    table.put(
        "TimeWindow",
        element(
            "TimeWindow",
            Type.duration("1m", "3650d").checkedText(),
            window,
            "How far apart the parts of one attack may lie."));
    for (Key<List<String>> key : keys) {
      table.put(key.name(), key);
    }
    all.put(id, table);
  }

  private static Key<List<String>> element(
      String name, Type<List<String>> type, String shown, String doc) {
    return Key.optional(name, type, shown, doc);
  }

  private Key<List<String>> names(String name, String shown) {
    return names(name, shown, "Names added to the built-in profiles; `!name` removes one.");
  }

  private Key<List<String>> names(String name, String shown, String doc) {
    return element(name, Type.listOf(Type.text("name").map(Globs.narrow(allowAll))), shown, doc);
  }

  private Key<List<String>> paths(String name, String shown) {
    return paths(name, shown, "Executables added to the built-in profiles; `!path` removes one.");
  }

  private Key<List<String>> paths(String name, String shown, String doc) {
    return element(
        name, Type.listOf(Type.text("path or glob").map(Globs.narrow(allowAll))), shown, doc);
  }

  private static Key<List<String>> count(String name, String shown, String doc) {
    return element(name, Type.integer(1, 1_000_000).checkedText(), shown, doc);
  }

  /// A regular expression; the engine is linear in the text, so no pattern can stall the agent.
  private static Key<List<String>> regex(String name, String shown, String doc) {
    return element(
        name,
        Type.text("regular expression, RE2").map(Elements::compiles).checkedText(),
        shown,
        doc);
  }

  private static String compiles(String pattern) {
    try {
      Pattern.compile(pattern);
      return pattern;
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "'" + pattern + "' is not a regular expression in RE2's syntax: " + e.getDescription(),
          e);
    }
  }

  private static String ports(String range) {
    int dash = range.indexOf('-');
    int from = Ports.parse(dash < 0 ? range : range.substring(0, dash));
    int to = dash < 0 ? from : Ports.parse(range.substring(dash + 1));
    if (from > to) {
      throw new IllegalArgumentException("'" + range + "' ends before it begins");
    }
    return range;
  }
}
