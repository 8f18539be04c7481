package io.graftwatch.core.fact;

import org.jspecify.annotations.Nullable;

/// Something was arranged to run later or at start: a task, a unit, a crontab.
///
/// @param kind mechanism
/// @param name task, unit or file name
/// @param command what it will run, as far as known
/// @param actor who arranged it
/// @param runAs account it will run as
public record JobCreate(
    Provenance provenance,
    Kind kind,
    String name,
    @Nullable String command,
    Actor actor,
    @Nullable String runAs)
    implements Fact {

  public enum Kind {
    TASK,
    SERVICE,
    CRON,
    SYSTEMD,
    LAUNCHD,
    AT,
    RC_SCRIPT,
    AUTHORIZED_KEYS
  }
}
