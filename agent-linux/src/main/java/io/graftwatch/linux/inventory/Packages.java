package io.graftwatch.linux.inventory;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The host's package database.
interface Packages {
  /// A host without one: nothing is known of any file.
  Packages NONE =
      new Packages() {
        @Override
        public void refresh() {}

        @Override
        public boolean working() {
          return false;
        }

        @Override
        public @Nullable String owner(String path) {
          return null;
        }

        @Override
        public boolean intact(String path) {
          return true;
        }
      };

  /// The one of this host.
  static Packages of(Path root) {
    if (Files.isDirectory(root.resolve("var/lib/dpkg/info"))) {
      return new DpkgPackages(root);
    }
    Path rpm = root.resolve("usr/bin/rpm");
    return Files.isExecutable(rpm) ? new RpmPackages(rpm, root.resolve("var/lib/rpm")) : NONE;
  }

  /// Takes in what changed since the last call.
  void refresh();

  /// Whether packages are being installed now: a file may lie there before its package owns it.
  boolean working();

  /// The package that owns a file, [ModuleLoad#UNOWNED], or null when that cannot be told.
  @Nullable String owner(String path);

  /// False when the file is not what its package brought.
  boolean intact(String path);
}
