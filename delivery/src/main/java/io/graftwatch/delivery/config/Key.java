package io.graftwatch.delivery.config;

import org.jspecify.annotations.Nullable;

/// One key of the configuration: all there is to know about it, in one place. The file reader, the
/// reference page and `config show` work from it.
///
/// @param name as written in the file
/// @param type what may be written
/// @param fallback its value when it is left out; null: there is none
/// @param shown the default in words, as the reference page and `config show` print it
/// @param doc what it does, one or two sentences
public record Key<T>(String name, Type<T> type, @Nullable T fallback, String shown, String doc) {
  public static <T> Key<T> of(String name, Type<T> type, T fallback, String doc) {
    return new Key<>(name, type, fallback, String.valueOf(fallback), doc);
  }

  public static <T> Key<T> of(String name, Type<T> type, T fallback, String shown, String doc) {
    return new Key<>(name, type, fallback, shown, doc);
  }

  /// A key without a default.
  public static <T> Key<T> optional(String name, Type<T> type, String shown, String doc) {
    return new Key<>(name, type, null, shown, doc);
  }

  /// A key that its table must have.
  public static <T> Key<T> required(String name, Type<T> type, String doc) {
    return new Key<>(name, type, null, REQUIRED, doc);
  }

  public static final String REQUIRED = "required";

  public boolean isRequired() {
    return shown.equals(REQUIRED);
  }
}
