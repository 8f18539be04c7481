package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Programs;
import io.graftwatch.core.config.Glob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Commands that delete or empty a server's logs (T1): what [FootholdRules] knows by the file where
/// only the command is seen.
final class LogErasure {
  private final List<Glob> erasers;
  private final List<Glob> accessLogs;

  LogErasure(Programs programs) {
    this.erasers = ExecutionRules.texts(programs.erasers());
    this.accessLogs = programs.accessLogs().stream().map(Glob::path).toList();
  }

  /// @param name file name of the program
  /// @param argv its arguments, argv[0] included
  /// @param code inline code of a shell, null for none
  boolean seen(String name, List<String> argv, @Nullable String code) {
    List<String> overwritten = code == null ? List.of() : ShellText.overwritten(code);
    return (ExecutionRules.matches(erasers, name) && argv.stream().anyMatch(this::isLog))
        || overwritten.stream().anyMatch(this::isLog);
  }

  private boolean isLog(String argument) {
    return argument.startsWith("/") && ExecutionRules.matches(accessLogs, argument);
  }
}
