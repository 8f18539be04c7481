package io.graftwatch.linux.inventory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whom files belong to, asked of the package database once and kept until packages change. A file
/// whose content is not what its package put there belongs to nobody.
final class Owners {
  private static final int MAX_KEPT = 16_384;

  private final Packages packages;
  private final Path root;
  private final Map<String, Ownership> kept = new HashMap<>();
  private final Map<String, Verified> verified = new HashMap<>();
  private long version;

  private record Verified(Stamp stamp, boolean intact) {}

  /// @param root of the file system
  Owners(Packages packages, Path root) {
    this.packages = packages;
    this.root = root;
    this.version = packages.version();
  }

  /// Looks many paths up in one go; what is asked next is answered from that.
  void learn(Collection<String> paths) {
    long now = packages.version();
    if (now != version || kept.size() > MAX_KEPT) {
      version = now;
      kept.clear();
    }
    var unknown = new ArrayList<String>();
    for (String path : paths) {
      if (!kept.containsKey(path)) {
        unknown.add(path);
      }
    }
    if (!unknown.isEmpty()) {
      kept.putAll(packages.owners(unknown));
    }
  }

  /// The owner as facts name it: a package, [io.graftwatch.core.fact.ModuleLoad#UNOWNED], or null.
  @Nullable String owner(String path) {
    Ownership known = kept.get(path);
    if (known == null) {
      learn(java.util.List.of(path));
      known = kept.getOrDefault(path, Ownership.UNKNOWN);
    }
    return known.name();
  }

  /// Whether the file is what its package put there. Reads the file, once for each state of it.
  boolean intact(String path, Stamp stamp) {
    Ownership known = kept.get(path);
    String expected = known == null ? null : known.digest();
    if (expected == null) {
      return true;
    }
    Verified before = verified.get(path);
    if (before != null && before.stamp.equals(stamp)) {
      return before.intact;
    }
    String algorithm = expected.length() == 32 ? "MD5" : "SHA-256";
    String content = Stamp.digest(root.resolve(path.substring(1)), algorithm);
    boolean intact = content == null || content.equals(expected);
    if (verified.size() < MAX_KEPT) {
      verified.put(path, new Verified(stamp, intact));
    }
    return intact;
  }
}
