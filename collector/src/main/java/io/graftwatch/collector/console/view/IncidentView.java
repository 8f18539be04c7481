package io.graftwatch.collector.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One incident, told.
///
/// @param reasoning what the explanation says beyond the steps
/// @param facts for the margin
/// @param tree null when no process is known
/// @param coverage null when the agent did not say
/// @param notSeen what belongs to such a case and was not seen
/// @param advice what to do, a sentence each
/// @param exportHref address of the present state's record
/// @param recordsHref address of all records as lines of JSON
/// @param tableHref address of all records as a table
/// @param judgement what people made of it
public record IncidentView(
    Level level,
    boolean open,
    String message,
    String title,
    List<String> reasoning,
    List<Fact> facts,
    List<Technique> techniques,
    List<Step> steps,
    int stepsBeyond,
    @Nullable Tree tree,
    @Nullable Coverage coverage,
    List<String> notSeen,
    List<String> advice,
    List<Revision> revisions,
    @Nullable Link mergedInto,
    String exportHref,
    String recordsHref,
    String tableHref,
    Judgement judgement) {
  /// @param mono shown in the typeface for machine text
  public record Fact(String name, String value, boolean mono, @Nullable String href) {}

  public record Technique(String id, String name, String tactic) {}

  public record Link(String word, String href) {}

  /// One piece of evidence.
  ///
  /// @param number from 1, in time order
  /// @param date when it is another day than that of the step before, else null
  /// @param clock time of day; null when the time is not known
  /// @param delta since the step before, null for the first
  /// @param elapsed since the first step, null for the first two
  /// @param kind class of evidence as a letter, `P`
  /// @param kindWord class of evidence as a word
  /// @param raw the native record, null when it was not sent
  /// @param json the evidence as OCSF
  public record Step(
      int number,
      @Nullable String date,
      @Nullable When clock,
      @Nullable String delta,
      @Nullable String elapsed,
      String code,
      String kind,
      String kindWord,
      String name,
      String sentence,
      List<Fact> facts,
      @Nullable String raw,
      String json) {
    public Step {
      facts = List.copyOf(facts);
    }
  }

  /// @param blind intervals in which records were lost
  public record Coverage(String analytic, String level, List<String> reasons, List<Blind> blind) {
    public Coverage {
      reasons = List.copyOf(reasons);
      blind = List.copyOf(blind);
    }
  }

  public record Blind(String source, String interval, String lost, String reason) {}

  public record Revision(
      int number, String activity, Level level, String state, When arrived, String href) {}

  public IncidentView {
    reasoning = List.copyOf(reasoning);
    facts = List.copyOf(facts);
    techniques = List.copyOf(techniques);
    steps = List.copyOf(steps);
    notSeen = List.copyOf(notSeen);
    advice = List.copyOf(advice);
    revisions = List.copyOf(revisions);
  }
}
