package io.graftwatch.core.fact;

import org.jspecify.annotations.Nullable;

/// A process mapped a shared library or assembly.
///
/// @param process who loaded it
/// @param path the file
/// @param sha256 lower-case hex
/// @param signer publisher, when validly signed
/// @param packageOwner owning package; [#UNOWNED] when looked up and found in none; null when not
///   looked up
/// @param deleted the file is gone from disk or was never there
public record ModuleLoad(
    Provenance provenance,
    ProcessId process,
    String path,
    @Nullable String sha256,
    @Nullable String signer,
    @Nullable String packageOwner,
    boolean deleted)
    implements Fact {
  /// Looked up and owned by no package.
  public static final String UNOWNED = "";
}
