package io.graftwatch.delivery.finding;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonProperty.Access;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A file (OCSF `file`).
///
/// @param name its last path element
/// @param typeId OCSF: 0 unknown, 1 regular, 2 folder, 6 symbolic link
/// @param size bytes
/// @param modifiedTime milliseconds since the epoch
public record FileInfo(
    String name,
    @Nullable String path,
    int typeId,
    @Nullable Long size,
    @Nullable User owner,
    @Nullable Long modifiedTime,
    List<Hash> hashes) {
  /// A digest in lower-case hex.
  ///
  /// @param algorithm OCSF's name: `SHA-256`
  /// @param algorithmId OCSF: 1 MD5, 2 SHA-1, 3 SHA-256
  public record Hash(String algorithm, int algorithmId, String value) {
    public static Hash sha256(String hex) {
      return new Hash("SHA-256", 3, hex);
    }
  }

  public FileInfo {
    hashes = Lists.copy(hashes);
  }

  /// A regular file by its path, with its SHA-256 where known.
  public static FileInfo regular(String path, @Nullable String sha256) {
    return new FileInfo(
        nameOf(path),
        path,
        1,
        null,
        null,
        null,
        sha256 == null ? List.of() : List.of(Hash.sha256(sha256)));
  }

  @JsonProperty(access = Access.READ_ONLY)
  public String type() {
    return switch (typeId) {
      case 1 -> "Regular File";
      case 2 -> "Folder";
      case 6 -> "Symbolic Link";
      default -> "Unknown";
    };
  }

  private static String nameOf(String path) {
    int slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
    return slash < 0 || slash == path.length() - 1 ? path : path.substring(slash + 1);
  }
}
