package io.graftwatch.macos.live;

import java.util.List;

/// The one predicate that `log` is given: what the agent reads and nothing else.
final class Predicate {
  private static final List<String> NARROW =
      List.of(
          "nginx",
          "httpd",
          "php-fpm",
          "node",
          "caddy",
          "lighttpd",
          "osascript",
          "sh",
          "bash",
          "zsh",
          "Python",
          "perl",
          "ruby",
          "php",
          "curl",
          "nc");

  private Predicate() {}

  /// @param narrow kernel lines about servers and what they start only
  /// @param names further programs that narrow lines are about
  static String of(boolean narrow, List<String> names) {
    String tcp =
        "(process == \"kernel\" AND (eventMessage BEGINSWITH \"tcp connect outgoing: \""
            + " OR eventMessage BEGINSWITH \"tcp connect incoming: \""
            + " OR eventMessage BEGINSWITH \"tcp_connection_summary \")"
            + (narrow ? " AND (" + about(names) + ")" : "")
            + ")";
    return String.join(
        " OR ",
        tcp,
        "(process == \"kernel\" AND (eventMessage BEGINSWITH \"CS Platform Exec Logging: \""
            + " OR (sender == \"Sandbox\""
            + " AND eventMessage BEGINSWITH \"System Policy: eslogger(\")))",
        "(process == \"tccd\" AND subsystem == \"com.apple.TCC\""
            + " AND eventMessage BEGINSWITH \"AUTHREQ_ATTRIBUTION: \""
            + " AND eventMessage CONTAINS \"identifier=com.apple.osascript,\")",
        "(process == \"launchd\" AND eventMessage BEGINSWITH \"Successfully spawned \")");
  }

  private static String about(List<String> names) {
    return java.util.stream.Stream.concat(NARROW.stream(), names.stream())
        .filter(Predicate::isPlain)
        .distinct()
        .map(name -> "eventMessage CONTAINS \"process: " + name + ":\"")
        .collect(java.util.stream.Collectors.joining(" OR "));
  }

  /// A name goes into the predicate as it is, so it must not end its quotes.
  private static boolean isPlain(String name) {
    return !name.isEmpty()
        && name.chars().allMatch(c -> c > ' ' && c < 127 && c != '"' && c != '\\');
  }
}
