package io.graftwatch.core.detect;

import java.util.Set;
import java.util.function.Predicate;

/// Whether a simple command writes to a file that is run at start.
final class StartupWrites {
  /// They change each file that they are given.
  private static final Set<String> EDITORS =
      Set.of("vi", "vim", "nano", "ed", "tee", "rm", "touch", "chmod", "truncate", "crontab");

  /// They write to the file that they are given last.
  private static final Set<String> COPIERS =
      Set.of("cp", "mv", "ln", "install", "scp", "dd", "wget", "curl", "tar", "vmtar", "unzip");

  private StartupWrites() {}

  /// @param command words joined by single spaces
  /// @param runsAtStart over paths
  static boolean in(String command, Predicate<String> runsAtStart) {
    String[] words = command.split(" ", -1);
    String program = SiteKnowledge.fileName(words[0]);
    boolean edits =
        EDITORS.contains(program)
            || (program.equals("sed")
                && (command.contains(" -i") || command.contains("--in-place")));
    boolean copies = COPIERS.contains(program);
    for (int i = 0; i < words.length; i++) {
      String word = words[i];
      boolean redirected = word.startsWith(">");
      if (redirected && word.replace(">", "").isEmpty()) {
        continue;
      }
      String before = i == 0 ? "" : words[i - 1];
      boolean target =
          redirected
              || before.equals(">")
              || before.equals(">>")
              || (i > 0 && edits)
              || (i > 0
                  && copies
                  && (i == words.length - 1
                      || before.equals("-O")
                      || before.equals("-o")
                      || before.equals("-C")
                      || before.equals("-d")))
              || (copies && word.startsWith("of="));
      if (target && runsAtStart.test(path(word))) {
        return true;
      }
    }
    return false;
  }

  private static String path(String word) {
    String path = word.startsWith("of=") ? word.substring(3) : word.replace(">", "");
    int colon = path.lastIndexOf(":/");
    return colon < 0 ? path : path.substring(colon + 1);
  }
}
