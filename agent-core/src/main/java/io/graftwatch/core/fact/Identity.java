package io.graftwatch.core.fact;

import org.jspecify.annotations.Nullable;

/// On whose behalf a process runs.
///
/// @param uid numeric user id; -1 when unknown or not on Unix
/// @param user account name as the source wrote it, on Windows `DOMAIN\name`
/// @param sid Windows security identifier
/// @param loginUid Linux audit login uid; [#UNSET] when no login session is behind the process, -1
///   when unknown
/// @param session login or logon session (Linux `ses`, Windows LogonId), as text
public record Identity(
    int uid, @Nullable String user, @Nullable String sid, long loginUid, @Nullable String session) {
  /// The kernel's "no login uid" (4294967295): started by init, not from a login session.
  public static final long UNSET = 0xFFFF_FFFFL;

  public static final Identity UNKNOWN = new Identity(-1, null, null, -1, null);

  public static Identity ofUid(int uid) {
    return uid < 0 ? UNKNOWN : new Identity(uid, null, null, -1, null);
  }

  /// A login session is known to be behind it.
  public boolean fromLogin() {
    return loginUid >= 0 && loginUid != UNSET;
  }
}
