package io.graftwatch.macos.es;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.graftwatch.core.line.Line;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One event of eslogger. Members are found by their path; the environment, which may hold secrets,
/// is never read.
final class EsEvent {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(32).maxNumberLength(40).build())
          .build();

  private static final int MAX_ARGUMENTS = 4096;
  private static final int MAX_DEPTH = 6;

  /// A process in an event.
  static final class Party {
    int pid = -1;
    int ppid = -1;

    /// The kernel raises it with every fork and exec: with the pid it names one program run.
    long version = -1;

    int euid = -1;
    long auid = -1;
    @Nullable String path;
    @Nullable String tty;
  }

  /// The single member of `event`: `exec`, `fork`, `exit`, …
  @Nullable String kind;

  @Nullable String time;

  /// Counts what eslogger was given; a gap is a loss. -1 when the event has none.
  long sequence = -1;

  /// Who did it, as it was before.
  final Party process = new Party();

  /// What it became (exec) or brought forth (fork).
  final Party target = new Party();

  final List<String> arguments = new ArrayList<>();
  @Nullable String script;
  @Nullable String cwd;

  /// Wait status of an exit; -1 when the event has none.
  int status = -1;

  private EsEvent() {}

  /// Reads a line.
  ///
  /// @return null when it is not one complete event
  static @Nullable EsEvent read(Line line) {
    try (JsonParser json = JSON.createParser(line.bytes(), line.from(), line.length())) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      var event = new EsEvent();
      event.members(json, "", 1);
      return json.nextToken() == null && event.time != null && event.process.pid >= 0
          ? event
          : null;
    } catch (IOException _) {
      return null;
    }
  }

  private void members(JsonParser json, String above, int depth) throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      JsonToken token = json.nextToken();
      String path = path(above, name);
      switch (token) {
        case START_OBJECT -> {
          if (depth == MAX_DEPTH || isPassedOver(path)) {
            json.skipChildren();
          } else {
            members(json, path, depth + 1);
          }
        }
        case START_ARRAY -> {
          if (path.equals("exec.args")) {
            arguments(json);
          } else {
            json.skipChildren();
          }
        }
        case VALUE_STRING -> text(path, json);
        case VALUE_NUMBER_INT -> number(path, json);
        default -> {
          // Null, true, false: nothing that is asked for.
        }
      }
    }
  }

  /// What the event did stands two levels down, under its kind; the kind is remembered and the
  /// levels are left out.
  private String path(String above, String name) {
    if (above.equals("event")) {
      kind = kind == null ? name : "several";
      return name;
    }
    return above.isEmpty() ? name : above + '.' + name;
  }

  private static boolean isPassedOver(String path) {
    return path.endsWith("parent_audit_token") || path.endsWith("responsible_audit_token");
  }

  private void arguments(JsonParser json) throws IOException {
    for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
      if (next == JsonToken.VALUE_STRING && arguments.size() < MAX_ARGUMENTS) {
        arguments.add(json.getText());
      } else if (next == null) {
        return;
      } else {
        json.skipChildren();
      }
    }
  }

  private void text(String path, JsonParser json) throws IOException {
    switch (path) {
      case "time" -> time = json.getText();
      case "exec.script.path" -> script = json.getText();
      case "exec.cwd.path" -> cwd = json.getText();
      case "exec.target.executable.path", "fork.child.executable.path" ->
          target.path = json.getText();
      case "exec.target.tty.path", "fork.child.tty.path" -> target.tty = json.getText();
      case "process.executable.path" -> process.path = json.getText();
      default -> {
        // Signing identities and the like.
      }
    }
  }

  private void number(String path, JsonParser json) throws IOException {
    switch (path) {
      case "global_seq_num" -> sequence = json.getLongValue();
      case "exit.stat" -> status = json.getIntValue();
      default -> {
        int dot = path.lastIndexOf('.');
        Party party = dot < 0 ? null : party(path.substring(0, dot));
        if (party != null) {
          number(party, path.substring(dot + 1), json);
        }
      }
    }
  }

  private @Nullable Party party(String path) {
    return switch (path) {
      case "process", "process.audit_token" -> process;
      case "exec.target", "exec.target.audit_token", "fork.child", "fork.child.audit_token" ->
          target;
      default -> null;
    };
  }

  private static void number(Party party, String name, JsonParser json) throws IOException {
    switch (name) {
      case "pid" -> party.pid = json.getIntValue();
      case "ppid" -> party.ppid = json.getIntValue();
      case "pidversion" -> party.version = json.getLongValue();
      case "euid" -> party.euid = (int) json.getLongValue();
      case "auid" -> party.auid = json.getLongValue();
      default -> {
        // Real and group ids, sessions.
      }
    }
  }
}
