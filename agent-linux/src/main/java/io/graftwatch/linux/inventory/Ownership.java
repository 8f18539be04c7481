package io.graftwatch.linux.inventory;

import io.graftwatch.core.fact.ModuleLoad;
import org.jspecify.annotations.Nullable;

/// What the package database says of a file.
///
/// @param name the package that put it there; [ModuleLoad#UNOWNED] for none; null when there is no
///   database to ask
/// @param digest what the package says the content is, lower-case hex; null when it does not say
record Ownership(@Nullable String name, @Nullable String digest) {
  static final Ownership UNKNOWN = new Ownership(null, null);
  static final Ownership NONE = new Ownership(ModuleLoad.UNOWNED, null);

  boolean owned() {
    return name != null && !name.isEmpty();
  }
}
