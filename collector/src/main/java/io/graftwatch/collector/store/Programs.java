package io.graftwatch.collector.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tokens that programs call the API with, by their digest. Times are milliseconds since the epoch.
public interface Programs {
  record Token(String name, Person.Role role, String madeBy, long createdAt, long expires) {}

  /// @return false when there is a token of that name
  boolean add(Token token, Digest secret, Act act) throws StoreException;

  /// By name, those that have expired too.
  List<Token> all() throws StoreException;

  /// Whose token it is, unless it has expired.
  @Nullable Person find(Digest secret, long now) throws StoreException;

  /// @return false when there is none
  boolean remove(String name, Act act) throws StoreException;
}
