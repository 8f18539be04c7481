package io.graftwatch.collector.console;

import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.store.Horizon;
import io.graftwatch.collector.store.HostQuery;
import io.graftwatch.collector.store.HostState;
import io.graftwatch.collector.store.Vitals;
import org.jspecify.annotations.Nullable;

/// Which hosts the address asks for, and the addresses of its neighbours.
record HostFilter(
    @Nullable HostState state, @Nullable String text, HostQuery.@Nullable Cursor after) {
  private static final int MAX_TEXT = 512;

  /// @throws Refusal 400 when a value is none that we know
  static HostFilter of(Call call) throws Refusal {
    String text = call.query("q");
    String after = call.query("after");
    if ((text != null && text.length() > MAX_TEXT)
        || (after != null && after.length() > MAX_TEXT)) {
      throw bad();
    }
    String state = call.query("state");
    return new HostFilter(
        state == null || state.isEmpty() ? null : state(state),
        text == null || text.isBlank() ? null : text.strip(),
        after == null || after.isEmpty() ? null : cursor(after));
  }

  private static HostState state(String word) throws Refusal {
    for (HostState state : HostState.values()) {
      if (state.word().equals(word)) {
        return state;
      }
    }
    throw bad();
  }

  /// State, agent and host name with dots between: only the last may hold any.
  private static HostQuery.Cursor cursor(String text) throws Refusal {
    String[] parts = text.split("\\.", 3);
    if (parts.length != 3) {
      throw bad();
    }
    return new HostQuery.Cursor(state(parts[0]), parts[2], parts[1]);
  }

  private static Refusal bad() {
    return Refusal.of(400, "bad_filter", "This address holds a filter that does not exist.");
  }

  HostQuery query(Horizon horizon, int limit) {
    return new HostQuery(horizon, state, text, after, limit);
  }

  HostFilter with(@Nullable HostState other) {
    return new HostFilter(other, text, null);
  }

  /// The page that begins after this row.
  HostFilter after(Vitals.Host last) {
    return new HostFilter(
        state, text, new HostQuery.Cursor(last.state(), last.facts().hostname(), last.id()));
  }

  Links link(String path) {
    HostQuery.Cursor cursor = after;
    return Links.to(path)
        .with("state", state == null ? null : state.word())
        .with("q", text)
        .with(
            "after",
            cursor == null
                ? null
                : cursor.state().word() + "." + cursor.agentId() + "." + cursor.host());
  }
}
