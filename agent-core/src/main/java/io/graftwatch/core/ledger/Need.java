package io.graftwatch.core.ledger;

import java.util.List;
import java.util.Map;

/// What an analytic must be able to see, and which sources show it (detection-spec section 9).
///
/// @param what cannot be seen without it, one clause
/// @param sources kinds of which one is enough, the best first
record Need(String what, List<String> sources) {
  private static final Need EXEC =
      new Need("process starts with their arguments cannot be seen", List.of("auditd"));
  private static final Need CONNECTIONS =
      new Need(
          "connections cannot be seen",
          List.of("auditd", "conn", "conntrack", "zeek-conn", "suricata-eve"));
  private static final Need FILES =
      new Need("written components and scripts cannot be seen", List.of("auditd", "inventory"));
  private static final Need LOADED =
      new Need("what a server has loaded cannot be seen", List.of("inventory"));
  private static final Need LOGS =
      new Need(
          "load failures, crashes and reloads cannot be seen",
          List.of(
              "journal",
              "syslog",
              "apache-error",
              "nginx-error",
              "php-error",
              "tomcat-log",
              "postgres-log",
              "mysql-log"));

  private static final Need EVENTS =
      new Need("nothing that Windows logs can be seen", List.of("eventlog"));

  private static final Need MAC_STARTS =
      new Need(
          "interpreters other than osascript, and their arguments, cannot be seen",
          List.of("eslogger"));
  private static final Need MAC_CONNECTIONS =
      new Need("connections cannot be seen", List.of("unifiedlog"));
  private static final Need WEB_FILES =
      new Need(
          "scripts written under web roots cannot be seen: no source of macOS tells", List.of());

  private static final Need HOSTS =
      new Need("nothing that ESXi hosts log can be seen", List.of("esxi-syslog", "esxi-log"));

  private static final Map<String, Map<String, List<Need>>> BY_PLATFORM =
      Map.of(
          "esxi",
          Map.of("AN1510", List.of(HOSTS), "AN1475", List.of(HOSTS)),
          "windows",
          Map.of(
              "AN1507", List.of(EVENTS),
              "AN0511", List.of(EVENTS),
              "AN0472", List.of(EVENTS),
              "AN1108", List.of(EVENTS),
              "AN0184", List.of(EVENTS),
              "AN0595", List.of(EVENTS)),
          "macos",
          Map.of(
              "AN1509", List.of(MAC_STARTS, MAC_CONNECTIONS),
              "AN1110", List.of(MAC_STARTS, WEB_FILES)),
          "linux",
          Map.of(
              "AN1508", List.of(EXEC, CONNECTIONS, FILES, LOADED, LOGS),
              "AN0512", List.of(EXEC, LOGS),
              "AN0473", List.of(EXEC, FILES),
              "AN1109", List.of(EXEC, CONNECTIONS, FILES)));

  Need {
    sources = List.copyOf(sources);
  }

  /// The analytics of a platform with their needs.
  static Map<String, List<Need>> of(String platform) {
    return BY_PLATFORM.getOrDefault(platform, Map.of());
  }
}
