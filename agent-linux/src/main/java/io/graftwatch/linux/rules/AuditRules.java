package io.graftwatch.linux.rules;

import static io.graftwatch.linux.rules.AuditRule.always;
import static io.graftwatch.linux.rules.AuditRule.changed;

import io.graftwatch.linux.rules.Term.Field;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Renders the rules of one host. They set neither backlog nor failure mode nor rate: those belong
/// to the host's owner. Each rule carries a key with our prefix, by which it is found again.
public final class AuditRules {
  /// What the keys of all our rules start with.
  public static final String PREFIX = "gw_";

  /// First argument of the canary's `prctl`, by which its record is known. No option has this
  /// number, so the call does nothing.
  public static final int CANARY = 0x6772_6674;

  private static final List<Syscall> EXEC = List.of(Syscall.EXECVE, Syscall.EXECVEAT);
  private static final List<Syscall> CONNECT = List.of(Syscall.CONNECT);
  private static final List<Syscall> SEND =
      List.of(Syscall.SENDTO, Syscall.SENDMSG, Syscall.SENDMMSG);

  private final Abi abi;
  private final String prefix;
  private final List<AuditRule> rules = new ArrayList<>();

  private AuditRules(Abi abi, String prefix) {
    this.abi = abi;
    this.prefix = prefix;
  }

  /// All that detection needs on a host.
  public static List<AuditRule> render(HostFacts facts) {
    return render(facts, PREFIX);
  }

  /// As [#render(HostFacts)], under another key prefix.
  static List<AuditRule> render(HostFacts facts, String prefix) {
    var rules = new AuditRules(facts.abi(), prefix);
    rules.ourselves(facts);
    rules.exec(Term.NO_LOGIN);
    for (int uid : facts.accounts()) {
      rules.account(uid);
    }
    for (String master : facts.masters()) {
      rules.connect(Term.uid(0), Term.text(Field.EXE, master));
    }
    facts.moduleDirs().forEach(place -> rules.change(place, "mod"));
    facts.configDirs().forEach(place -> rules.change(place, "cfg"));
    for (Place root : facts.webRoots()) {
      facts.accounts().forEach(uid -> rules.change(root, "web", Term.uid(uid)));
    }
    facts.persistence().forEach(place -> rules.change(place, "persist"));
    if (facts.auditConfig() != null) {
      rules.change(Place.folder(facts.auditConfig()), "tamper");
    }
    return List.copyOf(rules.rules);
  }

  /// Few rules around one stand-in server: what its account starts, where it connects, what changes
  /// in its folders.
  ///
  /// @param uid account of the stand-in; 0 limits to the children of `ppid`
  /// @param exe executable whose connections count, or null for all of the account's
  /// @param ppid process whose direct children's program starts count, -1 for none
  /// @param folders existing folders to watch for components
  /// @param prefix key prefix, other than [#PREFIX] where a full rule set may be loaded too
  public static List<AuditRule> narrow(
      Abi abi, int uid, @Nullable String exe, int ppid, List<String> folders, String prefix) {
    var rules = new AuditRules(abi, prefix);
    rules.canary();
    if (ppid >= 0) {
      rules.exec(Term.of(Field.PPID, ppid));
    }
    if (uid > 0) {
      rules.exec(Term.uid(uid));
      rules.connect(Term.uid(uid));
    } else if (exe != null) {
      rules.connect(Term.uid(uid), Term.text(Field.EXE, exe));
    }
    folders.forEach(path -> rules.change(Place.folder(path), "mod"));
    return List.copyOf(rules.rules);
  }

  /// A file for `auditctl -R` or `rules.d`.
  public static String text(List<AuditRule> rules) {
    var text =
        new StringBuilder(
            """
            ## Graftwatch's audit rules for this host, rendered from what exists on it.
            ## Load with: auditctl -R FILE   or as /etc/audit/rules.d/70-graftwatch.rules
            -c
            """);
    rules.forEach(rule -> text.append(rule.text()).append('\n'));
    return text.toString();
  }

  private void ourselves(HostFacts facts) {
    if (facts.runtime() != null) {
      never(Term.text(Field.EXE, facts.runtime()));
    } else if (facts.pid() >= 0) {
      never(Term.of(Field.PID, facts.pid()));
    }
    // After the exclusion, so that it stands before it: the canary is our own call.
    canary();
  }

  private void never(Term ourselves) {
    rules.add(new AuditRule(false, true, null, List.of(), List.of(ourselves), prefix + "self"));
  }

  private void canary() {
    rules.add(
        new AuditRule(
            true,
            true,
            abi,
            List.of(Syscall.PRCTL),
            List.of(Term.of(Field.A0, CANARY)),
            prefix + "canary"));
  }

  private void exec(Term who) {
    rules.add(always(abi, EXEC, prefix + "exec", Term.SUCCESS, who));
    rules.add(always(abi.compat(), EXEC, prefix + "exec", Term.SUCCESS, who));
  }

  private void connect(Term... who) {
    eachFamily(CONNECT, "net", who);
  }

  private void account(int uid) {
    Term who = Term.uid(uid);
    exec(who);
    connect(who);
    eachFamily(SEND, "udp", who);
    eachFamily(List.of(Syscall.BIND), "listen", who);
    if (abi.compat() == Abi.I386) {
      rules.add(
          always(Abi.I386, List.of(Syscall.CONNECT, Syscall.SOCKETCALL), prefix + "net", who));
    }
    rules.add(always(abi, List.of(Syscall.IO_URING_SETUP), prefix + "iouring", who));
    rules.add(always(abi, List.of(Syscall.MEMFD_CREATE), prefix + "memfd", who));
    rules.add(
        always(abi, List.of(Syscall.PTRACE, Syscall.PROCESS_VM_WRITEV), prefix + "inject", who));
  }

  /// Only calls that carry an internet address: no unix sockets, and datagrams sent without
  /// `connect`.
  private void eachFamily(List<Syscall> calls, String key, Term... who) {
    for (Term family : List.of(Term.INET, Term.INET6)) {
      var terms = new ArrayList<>(List.of(family));
      terms.addAll(List.of(who));
      rules.add(always(abi, calls, prefix + key, terms.toArray(Term[]::new)));
    }
  }

  private void change(Place place, String key, Term... who) {
    Field kind = place.folder() ? Field.DIR : Field.PATH;
    rules.add(changed(Term.text(kind, place.path()), prefix + key, who));
  }
}
