package io.graftwatch.esxi.ssh;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.UserInfo;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The one key that a host may have. Nothing is ever added on first use.
record PinnedKeys(byte[] pinned) implements HostKeyRepository {
  @Override
  public int check(String host, byte[] key) {
    return Arrays.equals(pinned, key) ? OK : CHANGED;
  }

  @Override
  public void add(HostKey hostkey, @Nullable UserInfo ui) {}

  @Override
  public void remove(String host, @Nullable String type) {}

  @Override
  public void remove(String host, @Nullable String type, byte @Nullable [] key) {}

  @Override
  public String getKnownHostsRepositoryID() {
    return "[sources.esxi-log] host_keys";
  }

  @Override
  public HostKey[] getHostKey() {
    return new HostKey[0];
  }

  @Override
  public HostKey[] getHostKey(@Nullable String host, @Nullable String type) {
    return new HostKey[0];
  }
}
