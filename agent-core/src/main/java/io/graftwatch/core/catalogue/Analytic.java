package io.graftwatch.core.catalogue;

import java.util.List;

/// One MITRE analytic as a row over the evidence codes.
///
/// @param id `AN1508`
/// @param platform `linux`, `windows`, `macos`, `esxi`
/// @param technique `T1505` or a sub-technique
/// @param strategy `DET0547`
/// @param title a few words
/// @param sources MITRE's log sources, each with the source kinds of ours that carry it
/// @param elements MITRE's mutable elements
/// @param codes evidence codes that it uses
public record Analytic(
    String id,
    String platform,
    String technique,
    String strategy,
    String title,
    List<LogSource> sources,
    List<String> elements,
    List<String> codes) {

  /// @param name MITRE's name: `auditd:SYSCALL`
  /// @param channel MITRE's channel text
  /// @param kinds our source kinds, one of which is enough; empty: not carried, which is a gap that
  ///   docs/detection-gaps.md names
  public record LogSource(String name, String channel, List<String> kinds) {}
}
