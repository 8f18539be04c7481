package io.graftwatch.core.fact;

import org.jspecify.annotations.Nullable;

/// The program that a process runs.
///
/// @param path executable as resolved by the kernel; for a `#!` script the interpreter
/// @param script the script that the kernel ran through its interpreter, else null
/// @param sha256 lower-case hex
/// @param originalFileName from the Windows version resource
/// @param signer publisher, when the signature is valid
/// @param packageOwner the package that owns the file; null is "not known", not "none"
/// @param fileless memfd, deleted, or otherwise without a name on disk
public record Image(
    @Nullable String path,
    @Nullable String script,
    @Nullable String sha256,
    @Nullable String originalFileName,
    @Nullable String signer,
    @Nullable String packageOwner,
    boolean fileless) {
  public static final Image UNKNOWN = new Image(null, null, null, null, null, null, false);

  /// The file name in a path. In one that begins with a slash a backslash is a letter like others.
  public static String fileName(String path) {
    int slash = path.lastIndexOf('/');
    return path.substring(
        (path.startsWith("/") ? slash : Math.max(slash, path.lastIndexOf('\\'))) + 1);
  }

  public static Image of(@Nullable String path) {
    return path == null ? UNKNOWN : new Image(path, null, null, null, null, null, false);
  }
}
