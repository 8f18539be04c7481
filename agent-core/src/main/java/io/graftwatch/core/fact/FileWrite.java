package io.graftwatch.core.fact;

import org.jspecify.annotations.Nullable;

/// A file was created, written, renamed, linked, made executable or removed.
///
/// @param path absolute path of the file after the change
/// @param from the old name of a rename, the target of a link, else null
/// @param action what was done
/// @param actor who did it
/// @param mode permission bits as the record gives them; -1 when unknown
/// @param ownerUid owner after the change; -1 when unknown
/// @param sha256 lower-case hex of the content, when it was read
/// @param packageOwner as in [ModuleLoad]
public record FileWrite(
    Provenance provenance,
    String path,
    @Nullable String from,
    Action action,
    Actor actor,
    int mode,
    int ownerUid,
    @Nullable String sha256,
    @Nullable String packageOwner)
    implements Fact {

  public enum Action {
    CREATED,
    WRITTEN,
    RENAMED,
    LINKED,
    ATTRIBUTES,
    REMOVED
  }
}
