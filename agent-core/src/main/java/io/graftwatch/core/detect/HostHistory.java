package io.graftwatch.core.detect;

import io.graftwatch.core.detect.Act.Access;
import io.graftwatch.core.detect.Act.Kind;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Questions to the acts of a host: who was on it, what the installer was at, whether the host was
/// being worked on. Answers depend on the times of acts only, not on the order of their arrival.
final class HostHistory {
  private static final long MINUTE = 60_000_000L;

  /// A run of the installer is over after this.
  static final long RUN = 10 * MINUTE;

  /// Lines of two programs about one thing lie no further apart.
  private static final long NEAR = 2 * MINUTE;

  /// Agents that start so long after a boot, or say so before it is told, start with the host.
  private static final long BOOTING = 10 * MINUTE;

  /// The cluster agent comes so soon after its manager has logged in.
  private static final long AFTER_LOGIN = 10 * MINUTE;

  /// The best guess first, where several sessions are open.
  private static final List<String> LIKELY =
      List.of("ssh", "dcui", "https", "vcenter", "esxcli", "vim-cmd");

  /// Where a shell can be typed in; the last two tell only that something was.
  private static final List<String> SHELLS = List.of("ssh", "dcui", "esxcli", "vim-cmd");

  /// What the installer does that places nothing.
  private static final Set<String> PLACE_NOTHING =
      Set.of("remove", "list", "get", "set", "validate", "query", "show");

  private final List<Act> acts;
  private final long window;

  /// @param acts in the order of time
  /// @param window how long a session may have been open
  HostHistory(List<Act> acts, long window) {
    this.acts = acts;
    this.window = window;
  }

  List<Act> acts() {
    return acts;
  }

  private @Nullable Act last(long from, long to, Predicate<Act> fits) {
    Act last = null;
    for (Act act : acts) {
      if (act.time() >= from && act.time() <= to && fits.test(act)) {
        last = act;
      }
    }
    return last;
  }

  private @Nullable Act nearest(long time, long reach, Predicate<Act> fits) {
    Act nearest = null;
    for (Act act : acts) {
      if (Math.abs(act.time() - time) <= reach
          && fits.test(act)
          && (nearest == null || Math.abs(act.time() - time) < Math.abs(nearest.time() - time))) {
        nearest = act;
      }
    }
    return nearest;
  }

  /// The host was in maintenance mode, or about to start or starting.
  boolean isWorkedOn(long time) {
    Act mode =
        last(
            Long.MIN_VALUE,
            time,
            a -> a.kind() == Kind.MAINTENANCE_BEGIN || a.kind() == Kind.MAINTENANCE_END);
    return (mode != null && mode.kind() == Kind.MAINTENANCE_BEGIN)
        || nearest(time, BOOTING, a -> a.kind() == Kind.BOOT) != null;
  }

  /// What the installer was told in the run that a step belongs to; for a step without a run the
  /// nearest one.
  @Nullable Act options(Act step) {
    return step.run() == null
        ? nearest(step.time(), NEAR, a -> a.kind() == Kind.OPTIONS)
        : last(
            step.time() - RUN,
            step.time(),
            a -> a.kind() == Kind.OPTIONS && Objects.equals(a.run(), step.run()));
  }

  /// The run of a step changes what is installed, and does so in earnest.
  boolean isInEarnest(Act step) {
    Evidence evidence = step.evidence();
    if (evidence == null || step.data().containsKey(Act.SHELL)) {
      return true;
    }
    if (step.run() == null) {
      Act options = evidence.code().equals("P6") ? options(step) : null;
      return options == null || !options.is(Act.DRY);
    }
    Act command =
        last(
            step.time() - RUN,
            step.time(),
            a -> a.kind() == Kind.COMMAND && Objects.equals(a.run(), step.run()));
    if (command == null) {
      return true;
    }
    String name = command.data().getOrDefault(Act.COMMAND, "");
    String verb = name.substring(name.lastIndexOf('.') + 1);
    boolean places = !PLACE_NOTHING.contains(verb);
    return "acceptance_lowered".equals(Stages.of(evidence))
        ? !places || name.startsWith("acceptance")
        : places;
  }

  /// What was installed by the run of a step, or by the one nearest to it.
  @Nullable Act image(Act step) {
    return step.run() == null
        ? nearest(step.time(), RUN, a -> a.kind() == Kind.IMAGE)
        : first(
            step.time(),
            step.time() + RUN,
            a -> a.kind() == Kind.IMAGE && Objects.equals(a.run(), step.run()));
  }

  private @Nullable Act first(long from, long to, Predicate<Act> fits) {
    for (Act act : acts) {
      if (act.time() >= from && act.time() <= to && fits.test(act)) {
        return act;
      }
    }
    return null;
  }

  /// The cluster manager puts its own agent on the host: nothing else came, and it has just logged
  /// in.
  boolean isClusterAgent(Act step) {
    Act image = image(step);
    return image != null && image.is(Act.AGENT_ONLY) && isManager(step);
  }

  /// The same may turn out when the installer tells what it installed.
  boolean mayBeClusterAgent(Act step, LongPredicate waits) {
    return image(step) == null && waits.test(step.time()) && isManager(step);
  }

  private boolean isManager(Act step) {
    return isManager(access(step))
        && last(
                step.time() - AFTER_LOGIN,
                step.time(),
                a -> a.kind() == Kind.OPENED && isManager(a.access()))
            != null;
  }

  private static boolean isManager(Access access) {
    String user = access.user();
    return user != null && (user.equals("vpxuser") || user.startsWith("vpxuser:"));
  }

  /// On which way a step came: what its record says, else the shell command that started it, else
  /// what a record beside it says, else the likeliest session that was open.
  Access access(Act step) {
    if (step.data().containsKey(Act.SHELL)) {
      return shell(step);
    }
    Access own = resolved(step.access());
    if (own.vector() != null) {
      return own;
    }
    Act options = options(step);
    String url = options == null ? "" : options.data().getOrDefault(Act.URL, "");
    Act typed =
        url.isEmpty()
            ? null
            : last(
                step.time() - NEAR,
                step.time(),
                a -> a.data().getOrDefault(Act.SHELL, "").contains(url));
    if (typed != null) {
      return shell(typed);
    }
    Act beside =
        nearest(
            step.time(), NEAR, a -> a.kind() == Kind.TASK && resolved(a.access()).vector() != null);
    if (beside != null) {
      return resolved(beside.access());
    }
    String user = own.user();
    if (user == null) {
      Act named = nearest(step.time(), NEAR, a -> a.kind() == Kind.TASK && hasUser(a));
      user = named == null ? null : named.access().user();
    }
    Access open = open(step.time(), user);
    return open != null ? open : new Access(null, user, own.address(), null);
  }

  private static boolean hasUser(Act act) {
    return act.access().user() != null && !act.data().containsKey(Act.SHELL);
  }

  /// The session that a record names, with all that is known of it.
  private Access resolved(Access access) {
    String session = access.session();
    Act opened =
        session == null
            ? null
            : last(
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                a -> a.kind() == Kind.OPENED && session.equals(a.access().session()));
    if (opened != null) {
      return opened.access();
    }
    String vector = access.vector();
    if (vector == null || access.address() != null) {
      return access;
    }
    // The record tells the way only: the session of that way that was opened last tells the rest.
    Act like =
        last(
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            a ->
                a.kind() == Kind.OPENED
                    && vector.equals(a.access().vector())
                    && (access.user() == null || access.user().equals(a.access().user())));
    return like == null
        ? access
        : new Access(
            access.vector(),
            access.user() == null ? like.access().user() : access.user(),
            like.access().address(),
            null);
  }

  /// A shell came by the SSH session that was open, else by the host's own console.
  private Access shell(Act typed) {
    String user = typed.access().user();
    for (String vector : SHELLS) {
      Access open = open(typed.time(), null, vector);
      if (open != null) {
        return open.user() == null ? new Access(vector, user, null, null) : open;
      }
    }
    return new Access(null, user, null, null);
  }

  private @Nullable Access open(long time, @Nullable String user) {
    for (String vector : LIKELY) {
      Access open = open(time, user, vector);
      if (open != null) {
        return open;
      }
    }
    return null;
  }

  private @Nullable Access open(long time, @Nullable String user, String vector) {
    Act opened =
        last(
            time - window,
            time,
            a ->
                a.kind() == Kind.OPENED
                    && vector.equals(a.access().vector())
                    && same(user, a.access().user()));
    if (opened == null) {
      return null;
    }
    Act closed =
        last(
            opened.time(),
            time,
            a ->
                a.kind() == Kind.CLOSED
                    && vector.equals(a.access().vector())
                    && same(a.access().user(), opened.access().user())
                    && same(a.access().address(), opened.access().address()));
    return closed == null ? opened.access() : null;
  }

  private static boolean same(@Nullable String a, @Nullable String b) {
    return a == null || b == null || a.equals(b);
  }
}
