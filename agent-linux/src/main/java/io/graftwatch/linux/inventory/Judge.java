package io.graftwatch.linux.inventory;

import io.graftwatch.core.fact.ModuleLoad;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Says who owns a file, and whether an unowned one is out of place. A file that is not what its
/// package brought has no owner.
final class Judge {
  private static final List<String> ANYBODYS =
      List.of("/tmp/", "/var/tmp/", "/dev/shm/", "/run/", "/home/", "/root/", "/memfd:");

  private final Path root;
  private final Packages packages;
  private long patience = Long.MAX_VALUE;

  /// How long package work may put off a verdict, microseconds: a lock can be held for ever.
  private static final long PATIENCE = 600_000_000;

  Judge(Path root, Packages packages) {
    this.root = root;
    this.packages = packages;
  }

  /// Takes in what packages did; while they are at work, what they own is not said yet.
  ///
  /// @return whether verdicts on unowned files must wait
  boolean waits(long now) {
    if (!packages.working()) {
      patience = Long.MAX_VALUE;
      packages.refresh();
      return false;
    }
    patience = Math.min(patience, now + PATIENCE);
    return now < patience;
  }

  /// The owner of a file: a package, [ModuleLoad#UNOWNED], or null when nobody can tell.
  @Nullable String owner(String path) {
    String owner = packages.owner(path);
    boolean packaged = owner != null && !owner.equals(ModuleLoad.UNOWNED);
    return packaged && !packages.intact(path) ? ModuleLoad.UNOWNED : owner;
  }

  /// The package whose file this is, without looking into the file.
  @Nullable String nominal(String path) {
    return packages.owner(path);
  }

  /// An unowned file where all else comes from packages, or where anybody may put files. Where a
  /// site installs without packages, having no owner tells nothing.
  boolean foreign(String path, @Nullable String owner) {
    if (!ModuleLoad.UNOWNED.equals(owner)) {
      return false;
    }
    int slash = path.lastIndexOf('/');
    String folder = slash <= 0 ? "/" : path.substring(0, slash);
    return ANYBODYS.stream().anyMatch(path::startsWith)
        || !ModuleLoad.UNOWNED.equals(packages.owner(folder));
  }

  @Nullable String sha256(String path) {
    return Digests.sha256(root.resolve(path.substring(1)));
  }

  boolean exists(String path) {
    return Files.exists(root.resolve(path.substring(1)));
  }
}
