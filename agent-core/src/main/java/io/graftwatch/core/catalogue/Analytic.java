package io.graftwatch.core.catalogue;

import java.util.List;
import java.util.Map;

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
/// @param chain codes that are linked to a connection of the same instance as a placement is to
///   what follows it; empty: a connection alone completes nothing
/// @param stages class of evidence → what the analytic calls that stage of an attack; may be empty
public record Analytic(
    String id,
    String platform,
    String technique,
    String strategy,
    String title,
    List<LogSource> sources,
    List<String> elements,
    List<String> codes,
    List<String> chain,
    Map<String, String> stages) {

  public Analytic {
    chain = chain == null ? List.of() : List.copyOf(chain);
    stages = stages == null ? Map.of() : Map.copyOf(stages);
  }

  /// @param name MITRE's name: `auditd:SYSCALL`
  /// @param channel MITRE's channel text
  /// @param kinds our source kinds, one of which is enough; empty: not carried, which is a gap that
  ///   docs/detection-gaps.md names
  public record LogSource(String name, String channel, List<String> kinds) {}
}
