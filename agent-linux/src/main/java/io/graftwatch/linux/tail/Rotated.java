package io.graftwatch.linux.tail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The files that a log was rotated to: `audit.log.1`, `error.log-20261124`, `error.log.2.gz`.
final class Rotated {
  private static final int MAX_FILES = 1000;

  private Rotated() {}

  /// Those that exist, the oldest first. Only names that a rotation gives count: a `.bak` or `.old`
  /// beside the log is somebody's copy.
  static List<Path> of(Path log) throws IOException {
    Path folder = log.toAbsolutePath().getParent();
    Path name = log.getFileName();
    var found = new ArrayList<Aged>();
    if (folder == null || name == null) {
      return List.of();
    }
    try (var entries = Files.newDirectoryStream(folder, name + "[.-]*")) {
      for (Path entry : entries) {
        String suffix = entry.toString().substring(folder.resolve(name).toString().length() + 1);
        if (found.size() < MAX_FILES && rotation(suffix) && Files.isRegularFile(entry)) {
          found.add(new Aged(entry, number(suffix), Files.getLastModifiedTime(entry).toMillis()));
        }
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      return List.of();
    }
    // A number counts up with age; a date in the name sorts by itself.
    found.sort(
        Comparator.comparingInt((Aged a) -> -a.number)
            .thenComparingLong(a -> a.modified)
            .thenComparing(a -> a.path));
    return found.stream().map(a -> a.path).toList();
  }

  private record Aged(Path path, int number, long modified) {}

  private static boolean rotation(String suffix) {
    String plain = plain(suffix);
    boolean digit = false;
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      digit |= c >= '0' && c <= '9';
      if (!(c >= '0' && c <= '9') && c != '-' && c != '.' && c != '_' && c != 'T') {
        return false;
      }
    }
    return digit;
  }

  /// `3` of `.3.gz`; 0 when the suffix is no small number.
  private static int number(String suffix) {
    String plain = plain(suffix);
    if (plain.length() > 4) {
      return 0;
    }
    int value = 0;
    for (int i = 0; i < plain.length(); i++) {
      int digit = plain.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private static String plain(String suffix) {
    return suffix.endsWith(".gz") ? suffix.substring(0, suffix.length() - 3) : suffix;
  }
}
