package io.graftwatch.collector.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who may sign in, and the one-time links that let people in. Times are milliseconds since the
/// epoch.
public interface People {
  /// @param password hash of it
  /// @param disabledAt 0 when the person may sign in
  record Account(Person person, String password, long createdAt, long disabledAt) {}

  /// What a link makes of whoever opens it.
  ///
  /// @param person whose password it sets; empty when whoever opens it chooses a name
  /// @param madeBy empty when the machine's administrator made it: it then takes a name that exists
  ///   too, and is the way back in
  record Invitation(String person, Person.Role role, String madeBy, long expires) {
    public boolean local() {
      return madeBy.isEmpty();
    }
  }

  @Nullable Account find(String name) throws StoreException;

  /// By name.
  List<Account> all() throws StoreException;

  void invite(Digest link, Invitation invitation, Act act) throws StoreException;

  /// What a link stands for, without spending it.
  @Nullable Invitation invitation(Digest link, long now) throws StoreException;

  enum Welcome {
    DONE,
    LINK_SPENT,
    NAME_TAKEN
  }

  /// Spends a link on an account of that name and password. Sessions that it had end.
  Welcome welcome(Digest link, String name, String password, long now) throws StoreException;

  /// @param keep the only session that goes on
  void setPassword(String name, String password, Digest keep, Act act) throws StoreException;

  /// Gives a person another role, or takes or gives back the right to sign in; the sessions of one
  /// who lost it end.
  ///
  /// @return false when there is no such person, or no administrator would be left
  boolean change(String name, Person.Role role, boolean disabled, Act act) throws StoreException;
}
