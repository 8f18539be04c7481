package io.graftwatch.core.source;

/// What started the agent as a service and wants to hear how it fares (systemd's sd_notify). Every
/// call is cheap and never fails: a manager that is gone is no trouble of ours.
public interface ServiceManager {
  /// Nobody listens.
  ServiceManager NONE = _ -> {};

  /// Sends one state line: `READY=1`, `STOPPING=1`, `WATCHDOG=1`, `STATUS=…`.
  void tell(String state);
}
