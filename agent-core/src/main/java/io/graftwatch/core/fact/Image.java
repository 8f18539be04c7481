package io.graftwatch.core.fact;

import java.util.List;
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

  /// The longest name that Linux keeps of a process, in bytes.
  private static final int MAX_COMM = 15;

  /// The image of a process that was found running: behind a `#!` line the process bears the name
  /// of the script, which is also one of its interpreter's first arguments.
  ///
  /// @param comm name of the process; it is told by the process itself, so it only chooses among
  ///   the arguments
  public static Image running(String path, String comm, List<String> argv, boolean fileless) {
    String script = null;
    for (int i = 1; i < Math.min(argv.size(), 5) && script == null; i++) {
      String name = argv.get(i).substring(argv.get(i).lastIndexOf('/') + 1);
      boolean named = comm.length() == MAX_COMM ? name.startsWith(comm) : name.equals(comm);
      script =
          named && argv.get(i).startsWith("/") && !path.endsWith("/" + name) ? argv.get(i) : null;
    }
    return new Image(path, script, null, null, null, null, fileless);
  }

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
