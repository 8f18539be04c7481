package io.graftwatch.linux.rules;

/// A path that is watched for changes.
///
/// @param path absolute, without links
/// @param folder watched with all that is in it; false = one file
public record Place(String path, boolean folder) {
  public static Place folder(String path) {
    return new Place(path, true);
  }
}
