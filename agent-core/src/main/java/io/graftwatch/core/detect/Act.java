package io.graftwatch.core.detect;

import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Something that an administered host's logs told of, kept with its time: a step that is evidence,
/// or what gives a step its meaning.
///
/// @param time event time, microseconds
/// @param record of its record, as a reader finds it
/// @param evidence what a [Kind#STEP] is evidence of, else null
/// @param access on which way it came, as far as its own record tells
/// @param run the run of the installer that told it, null for none
/// @param data what else the record tells, by name
record Act(
    Kind kind,
    long time,
    String record,
    @Nullable Evidence evidence,
    Access access,
    @Nullable String run,
    Map<String, String> data) {

  enum Kind {
    STEP,
    /// The installer started to work: `command`.
    COMMAND,
    /// What the installer was told: `url`, `dry`.
    OPTIONS,
    /// What is installed then: `placed`, `agentOnly`, `whole`.
    IMAGE,
    /// Something was installed, by whom.
    TASK,
    OPENED,
    CLOSED,
    MAINTENANCE_BEGIN,
    MAINTENANCE_END,
    BOOT
  }

  /// Names of [#data].
  static final String COMMAND = "command";

  static final String URL = "url";
  static final String DRY = "dry";

  /// VIBs that are not ESXi's own and were not there before, as `vendor/name`, blanks between.
  static final String PLACED = "placed";

  /// The cluster agent's VIB is the only one beside what ESXi itself consists of.
  static final String AGENT_ONLY = "agentOnly";

  /// The list names all that is installed.
  static final String WHOLE = "whole";

  /// The command line of an interactive shell.
  static final String SHELL = "shell";

  static final String VENDOR = "vendor";
  static final String NAME = "name";

  /// Who, on which way, from where; null where it is not told.
  ///
  /// @param session id of the session
  record Access(
      @Nullable String vector,
      @Nullable String user,
      @Nullable String address,
      @Nullable String session) {
    static final Access UNKNOWN = new Access(null, null, null, null);
  }

  static final Comparator<Act> BY_TIME =
      Comparator.comparingLong(Act::time).thenComparing(Act::record).thenComparing(Act::slot);

  Act {
    data = Map.copyOf(data);
  }

  /// Acts that are alike in all that matters but time; of each slot only so many are kept.
  String slot() {
    String what =
        evidence == null
            ? access.vector() + "|" + access.user()
            : evidence.code() + "|" + evidence.subject().data().get(Stages.STAGE);
    return kind + "|" + what + "|" + data.get(VENDOR) + "|" + data.get(NAME);
  }

  boolean is(String name) {
    return "true".equals(data.get(name));
  }
}
