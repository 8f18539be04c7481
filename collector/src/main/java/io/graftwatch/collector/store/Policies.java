package io.graftwatch.collector.store;

import io.graftwatch.delivery.enrol.SignedPolicy;

/// The fleet's signed policies, every version that ever was.
public interface Policies {
  /// The newest, or [SignedPolicy#NONE].
  SignedPolicy latest() throws StoreException;

  /// @param by who made it, as the audit table tells
  /// @return false when there is one of this version or a newer one already
  boolean add(SignedPolicy policy, Act by) throws StoreException;
}
