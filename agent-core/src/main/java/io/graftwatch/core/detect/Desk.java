package io.graftwatch.core.detect;

import io.graftwatch.delivery.finding.Activity;
import io.graftwatch.delivery.finding.Confidence;
import io.graftwatch.delivery.finding.Severity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Decides when a case is shown and when it is shown again: one Create, then an Update only when
/// there is something new to say, then a Close (detection-spec section 7).
final class Desk {
  private static final int OPEN = 600;
  private static final int OPEN_LEARNING = 700;
  private static final long MINUTE = 60_000_000L;
  private static final long STALE = 30 * Baseline.DAY;

  /// Most opened cases that are remembered; the longest untouched is let go.
  private static final int MAX = 2000;

  /// What was last said about a case.
  static final class Said {
    int revision;
    CaseState state = CaseState.PLACED;
    Severity severity = Severity.INFORMATIONAL;
    Confidence confidence = Confidence.LOW;
    TreeSet<String> classes = new TreeSet<>();
    long count;
    long time;
    long created;

    /// Last event time of anything but a restart: a closed case needs something newer to open
    /// again.
    long acted;

    boolean closed;
  }

  /// @param activity what to say
  /// @param said revision and creation time to say it with
  record Decision(Activity activity, Said said) {}

  private final Map<String, Said> cases = new LinkedHashMap<>(16, 0.75f, true);

  /// Whether and how the present state of a case is to be told.
  ///
  /// @param learning the instance has not been watched for LearnDays yet
  /// @return null when there is nothing new to say
  @Nullable Decision consider(String uid, CaseView view, boolean learning, long now) {
    Said said = cases.get(uid);
    if (said == null || said.closed) {
      boolean silent = said != null && view.acted() <= said.acted;
      return silent || !opens(view, learning) ? null : open(uid, said, view, now);
    }
    boolean advanced = view.state().compareTo(said.state) > 0;
    boolean due = now - said.time >= MINUTE;
    if (!advanced && !(due && isNews(view, said))) {
      return null;
    }
    said.revision++;
    say(said, view, now);
    return new Decision(Activity.UPDATE, said);
  }

  /// Whether an open case has news that was held back because the last word is too fresh.
  boolean owes(String uid, CaseView view) {
    Said said = cases.get(uid);
    return said != null && !said.closed && isNews(view, said);
  }

  /// Whether telling that case would be a finding that nobody has heard of.
  boolean isNew(String uid, CaseView view, boolean learning) {
    return !cases.containsKey(uid) && opens(view, learning);
  }

  /// Closes an open case.
  @Nullable Decision close(String uid, CaseView view, long now) {
    Said said = cases.get(uid);
    if (said == null || said.closed) {
      return null;
    }
    said.revision++;
    say(said, view, now);
    said.closed = true;
    return new Decision(Activity.CLOSE, said);
  }

  /// Whether an open case has grown old: nothing new for 30 days and the component is gone.
  boolean stale(String uid, CaseView view, long now) {
    Said said = cases.get(uid);
    return said != null
        && !said.closed
        && now - view.last() > STALE
        && (view.component() == null || !view.component().present());
  }

  @Nullable Said said(String uid) {
    return cases.get(uid);
  }

  Map<String, Said> cases() {
    return cases;
  }

  static boolean opens(CaseView view, boolean learning) {
    return view.decisive() || view.score() >= (learning ? OPEN_LEARNING : OPEN);
  }

  private Decision open(String uid, @Nullable Said before, CaseView view, long now) {
    Said said = before == null ? new Said() : before;
    said.closed = false;
    said.revision++;
    if (before == null) {
      said.created = now;
    }
    say(said, view, now);
    cases.put(uid, said);
    if (cases.size() > MAX) {
      cases.remove(cases.keySet().iterator().next());
    }
    return new Decision(said.revision == 1 ? Activity.CREATE : Activity.UPDATE, said);
  }

  private static boolean isNews(CaseView view, Said said) {
    return severity(view).compareTo(said.severity) > 0
        || confidence(view).compareTo(said.confidence) > 0
        || !said.classes.containsAll(view.classes().keySet())
        || Long.highestOneBit(view.count()) > Long.highestOneBit(said.count);
  }

  private static void say(Said said, CaseView view, long now) {
    said.state = view.state();
    said.severity = severity(view);
    said.confidence = confidence(view);
    said.classes = new TreeSet<>(view.classes().keySet());
    said.count = view.count();
    said.time = now;
    said.acted = view.acted();
  }

  static Confidence confidence(CaseView view) {
    return Confidence.ofScore(view.score());
  }

  /// Severity of a case that is shown; a case below the threshold is Informational.
  static Severity severity(CaseView view) {
    if (!opens(view, false)) {
      return Severity.INFORMATIONAL;
    }
    Severity own = ofState(view);
    return own.compareTo(view.least()) >= 0 ? own : view.least();
  }

  private static Severity ofState(CaseView view) {
    return switch (view.state()) {
      case PLACED -> view.classes().getOrDefault("P", 0.0) >= 0.65 ? Severity.MEDIUM : Severity.LOW;
      case ARMED -> Severity.MEDIUM;
      case ACTIVE -> view.score() >= 750 ? Severity.HIGH : Severity.MEDIUM;
      case CONFIRMED, CLOSED -> view.score() >= 900 ? Severity.CRITICAL : Severity.HIGH;
    };
  }
}
