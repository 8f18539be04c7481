package io.graftwatch.linux.live;

import io.graftwatch.core.source.ServiceManager;
import io.graftwatch.linux.kernel.UnixDatagram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// systemd's notification protocol (`man 3 sd_notify`).
public final class SystemdNotify implements ServiceManager {
  private final String socket;

  private SystemdNotify(String socket) {
    this.socket = socket;
  }

  /// @param socket value of `NOTIFY_SOCKET`; null when no service manager listens
  public static ServiceManager of(@Nullable String socket) {
    boolean valid = socket != null && (socket.startsWith("/") || socket.startsWith("@"));
    return socket != null && valid ? new SystemdNotify(socket) : ServiceManager.NONE;
  }

  @Override
  public void tell(String state) {
    try (var datagram = new UnixDatagram(socket)) {
      datagram.send(state.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // The manager is gone or full; it will notice by itself what it needs to know.
    }
  }
}
