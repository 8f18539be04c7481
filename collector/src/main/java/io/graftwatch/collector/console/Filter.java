package io.graftwatch.collector.console;

import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.store.IncidentQuery.Cursor;
import io.graftwatch.collector.store.IncidentQuery.Kind;
import io.graftwatch.collector.store.IncidentQuery.State;
import io.graftwatch.collector.store.IncidentQuery.Suppressed;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which incidents the address asks for, and the addresses of its neighbours. Everything stands in
/// the address, so a view can be bookmarked and sent to a colleague.
record Filter(
    Kind kind,
    State state,
    int severity,
    @Nullable String host,
    @Nullable String analytic,
    @Nullable String text,
    Suppressed suppressed,
    @Nullable Cursor before) {
  private static final int MAX_TEXT = 512;

  /// @param kind when the address names none
  /// @param state when the address names none
  /// @param suppressed when the address names none
  /// @throws Refusal 400 when a value is none that we know
  static Filter of(Call call, Kind kind, State state, Suppressed suppressed) throws Refusal {
    return new Filter(
        word(Kind.class, call.query("kind"), kind),
        word(State.class, call.query("state"), state),
        (int) number(call.query("severity"), 0, 5),
        bounded(call.query("host")),
        bounded(call.query("analytic")),
        bounded(call.query("q")),
        word(Suppressed.class, call.query("suppressed"), suppressed),
        cursor(call.query("before")));
  }

  private static <E extends Enum<E>> E word(Class<E> type, @Nullable String value, E otherwise)
      throws Refusal {
    if (value == null) {
      return otherwise;
    }
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
        return constant;
      }
    }
    throw bad();
  }

  private static long number(@Nullable String value, long min, long max) throws Refusal {
    if (value == null) {
      return min;
    }
    if (value.length() > 18 || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw bad();
    }
    long number = Long.parseLong(value);
    if (number < min || number > max) {
      throw bad();
    }
    return number;
  }

  private static @Nullable String bounded(@Nullable String value) throws Refusal {
    if (value != null && value.length() > MAX_TEXT) {
      throw bad();
    }
    return value;
  }

  private static @Nullable Cursor cursor(@Nullable String value) throws Refusal {
    if (value == null) {
      return null;
    }
    int dash = value.indexOf('-');
    if (dash < 1) {
      throw bad();
    }
    return new Cursor(
        number(value.substring(0, dash), 0, Long.MAX_VALUE),
        number(value.substring(dash + 1), 0, Long.MAX_VALUE));
  }

  private static Refusal bad() {
    return Refusal.of(400, "bad_filter", "This address holds a filter that does not exist.");
  }

  /// @param now milliseconds since the epoch
  IncidentQuery query(long now, int limit) {
    return new IncidentQuery(
        kind, state, severity, host, analytic, text, suppressed, now, before, limit);
  }

  Filter withKind(Kind other) {
    return new Filter(other, state, severity, host, analytic, text, suppressed, null);
  }

  Filter withState(State other) {
    return new Filter(kind, other, severity, host, analytic, text, suppressed, null);
  }

  Filter withSeverity(int other) {
    return new Filter(kind, state, other, host, analytic, text, suppressed, null);
  }

  Filter withHost(@Nullable String other) {
    return new Filter(kind, state, severity, other, analytic, text, suppressed, null);
  }

  Filter withAnalytic(@Nullable String other) {
    return new Filter(kind, state, severity, host, other, text, suppressed, null);
  }

  Filter withText(@Nullable String other) {
    return new Filter(kind, state, severity, host, analytic, other, suppressed, null);
  }

  Filter withSuppressed(Suppressed other) {
    return new Filter(kind, state, severity, host, analytic, text, other, null);
  }

  /// The page that begins after this row.
  Filter after(@Nullable Incident last) {
    Cursor cursor = last == null ? null : new Cursor(last.changedAt(), last.id());
    return new Filter(kind, state, severity, host, analytic, text, suppressed, cursor);
  }

  Links link(String path) {
    return Links.to(path)
        .with("kind", kind.name().toLowerCase(Locale.ROOT))
        .with("state", state.name().toLowerCase(Locale.ROOT))
        .with("severity", severity == 0 ? null : String.valueOf(severity))
        .with("host", host)
        .with("analytic", analytic)
        .with("q", text)
        .with("suppressed", suppressed.name().toLowerCase(Locale.ROOT))
        .with("before", before == null ? null : before.changedAt() + "-" + before.id());
  }
}
