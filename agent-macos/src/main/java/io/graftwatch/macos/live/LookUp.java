package io.graftwatch.macos.live;

import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.host.Tables;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the host tells when asked while a process or a connection still lives.
interface LookUp {
  /// Nobody is asked.
  LookUp NONE =
      new LookUp() {
        @Override
        public @Nullable Endpoint remote(int pid, int localPort) {
          return null;
        }

        @Override
        public List<Tables.Running> lineage(int pid) {
          return List.of();
        }

        @Override
        public List<Tables.Running> running() {
          return List.of();
        }

        @Override
        public List<Tables.Running> named(String name) {
          return List.of();
        }
      };

  /// The other end of a connection.
  @Nullable Endpoint remote(int pid, int localPort);

  /// A process and its ancestors, itself first; nothing when it is gone.
  List<Tables.Running> lineage(int pid);

  /// Every process, the youngest first.
  List<Tables.Running> running();

  /// The youngest processes of a name.
  List<Tables.Running> named(String name);
}
