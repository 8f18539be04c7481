package io.graftwatch.core.catalogue;

import io.graftwatch.core.config.Glob;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What is known of administered hypervisor hosts: the stages of an attack, the commands that are
/// one, and what belongs to such a host.
///
/// @param stages in the order in which a reader is told of them
/// @param commands the first row that fits counts; one without a stage ends the search
/// @param baseImage globs on the names of the VIBs that ESXi itself consists of
/// @param makers VIB vendor tokens and companies of the maker itself, in lower case
/// @param agent name of the VIB that the maker's own cluster service installs with checks off
/// @param startupPaths globs on what is run at start
/// @param levels acceptance levels, the most trusted first, each with all its spellings in lower
///   case
public record Hypervisor(
    List<Stage> stages,
    List<Command> commands,
    List<Glob> baseImage,
    List<String> makers,
    String agent,
    List<Glob> startupPaths,
    List<List<String>> levels) {

  /// One stage (platform page of AN1510).
  ///
  /// @param stage its name in findings
  /// @param code evidence code that it is
  /// @param severity least severity of a case that shows it
  /// @param unexpected the same when it came on an unexpected way
  /// @param clause for a sentence that lists stages
  public record Stage(
      String stage, String code, String severity, String unexpected, String clause) {}

  /// A command by its shape: in lower case, words joined by single spaces.
  ///
  /// @param stage null for a command that is none whatever rows below say
  public record Command(@Nullable String stage, List<Glob> globs) {
    public boolean matches(String command) {
      return Shape.any(globs, command);
    }
  }

  record Row(@Nullable String stage, List<String> globs) {}

  record Data(
      List<Stage> stages,
      List<Row> commands,
      List<String> baseImage,
      List<String> makers,
      String agent,
      List<String> startupPaths,
      List<List<String>> levels) {
    Hypervisor hypervisor() {
      return new Hypervisor(
          stages,
          commands.stream().map(row -> new Command(row.stage, texts(row.globs))).toList(),
          texts(baseImage),
          makers,
          agent,
          startupPaths.stream().map(Glob::path).toList(),
          levels);
    }
  }

  private static List<Glob> texts(List<String> globs) {
    return globs.stream().map(Glob::text).toList();
  }

  /// The stage of that name.
  public Stage stage(String name) {
    return stages.stream().filter(stage -> stage.stage().equals(name)).findFirst().orElseThrow();
  }

  /// Whether ESXi itself consists of VIBs of that name.
  public boolean isBase(String vib) {
    return Shape.any(baseImage, vib);
  }

  /// Rank of an acceptance level, 0 the most trusted; the number of levels when it is unknown.
  public int rank(String level) {
    String name = level.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "").replace(" ", "");
    for (int i = 0; i < levels.size(); i++) {
      if (levels.get(i).contains(name)) {
        return i;
      }
    }
    return levels.size();
  }
}
