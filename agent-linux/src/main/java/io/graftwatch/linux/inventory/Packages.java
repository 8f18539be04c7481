package io.graftwatch.linux.inventory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/// The host's package database.
interface Packages {
  /// No package manager that is known: nobody can tell what belongs.
  Packages NONE =
      new Packages() {
        @Override
        public long version() {
          return 0;
        }

        @Override
        public Map<String, Ownership> owners(Collection<String> paths) {
          return paths.stream()
              .distinct()
              .collect(Collectors.toMap(p -> p, _ -> Ownership.UNKNOWN));
        }
      };

  /// Changes whenever packages were installed or removed.
  long version();

  /// Who owns each of these files, absolute paths without links. Costs one pass over the database
  /// (tens of milliseconds), so ask for many at once and keep the answers.
  Map<String, Ownership> owners(Collection<String> paths);

  /// The database of a file system.
  static Packages of(Path root) {
    if (Files.isDirectory(root.resolve("var/lib/dpkg/info"))) {
      return new Dpkg(root.resolve("var/lib/dpkg"));
    }
    Path rpm = root.resolve("usr/bin/rpm");
    return Files.isExecutable(rpm) ? new Rpm(rpm, root) : NONE;
  }
}
