package io.graftwatch.core.lineage;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// One running server: the subject that cases are about.
///
/// @param kind kind of the server profile: `apache`
/// @param key what tells it from others of its kind on the host: a configuration root or data
///   directory given on the command line, the executable when it is not a distribution's own, else
///   the kind itself. Every source can find this key, so ids do not depend on who saw first
/// @param executable the executable, where known; no part of the identity
/// @param prefix the folder above the executable's `bin` or `sbin`, for servers outside `/usr`
/// @param base value of the instance property (`-Dcatalina.base=`), where given
public record ServerInstance(
    String kind,
    String key,
    @Nullable String executable,
    @Nullable String prefix,
    @Nullable String base)
    implements Comparable<ServerInstance> {
  private static final Comparator<ServerInstance> ORDER =
      Comparator.comparing(ServerInstance::kind).thenComparing(ServerInstance::key);

  /// The instance that a source means which names a kind only.
  public static ServerInstance anyOf(String kind) {
    return new ServerInstance(kind, kind, null, null, null);
  }

  /// Stands before all instances of a kind in their order.
  static ServerInstance before(String kind) {
    return new ServerInstance(kind, "", null, null, null);
  }

  /// No single instance is named: it stands for each instance of the kind on the host.
  public boolean general() {
    return key.equals(kind);
  }

  /// Its executable is known by name at most.
  boolean bare() {
    return executable == null || (executable.indexOf('/') < 0 && executable.indexOf('\\') < 0);
  }

  @Override
  public int compareTo(ServerInstance other) {
    return ORDER.compare(this, other);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ServerInstance that && kind.equals(that.kind) && key.equals(that.key);
  }

  @Override
  public int hashCode() {
    return 31 * kind.hashCode() + key.hashCode();
  }
}
