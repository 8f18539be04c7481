package io.graftwatch.linux.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Listener;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.linux.process.ProcFs;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Against the real kernel, over loopback.
@EnabledOnOs(OS.LINUX)
class SocketTableTest {
  private static final int SELF = (int) ProcessHandle.current().pid();

  @Test
  void aConnectionThatAuditToldOfIsCompleted() throws Exception {
    try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        var client = new Socket(server.getInetAddress(), server.getLocalPort());
        var lookUp = new ConnectionLookUp(InstantSource.system())) {
      Connection told =
          connection(
              new Endpoint("127.0.0.1", server.getLocalPort()), Connection.State.IN_PROGRESS);
      Connection completed = lookUp.apply(told);

      assertThat(completed.protocol()).isEqualTo("tcp");
      assertThat(completed.state()).isEqualTo(Connection.State.ESTABLISHED);
      assertThat(completed.local()).isEqualTo(new Endpoint("127.0.0.1", client.getLocalPort()));
      assertThat(completed.remote()).isEqualTo(told.remote());
    }
  }

  @Test
  void whatCannotBeFoundIsLeftAsItWas() throws Exception {
    try (var lookUp = new ConnectionLookUp(InstantSource.system())) {
      Connection nowhere =
          connection(new Endpoint("203.0.113.66", 8443), Connection.State.IN_PROGRESS);
      assertThat(lookUp.apply(nowhere)).isSameAs(nowhere);
      Connection refused = connection(new Endpoint("127.0.0.1", 1), Connection.State.REFUSED);
      assertThat(lookUp.apply(refused)).isSameAs(refused);
    }
  }

  @Test
  void aSweepTellsListenersAndBothEndsOnce() throws Exception {
    try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        var client = new Socket(server.getInetAddress(), server.getLocalPort());
        var accepted = server.accept();
        var source =
            new ConnSource(new ProcFs(Path.of("/proc")), () -> true, InstantSource.system())) {
      List<Fact> facts = new ArrayList<>();
      source.pump(facts::add, 512);
      int port = server.getLocalPort();

      assertThat(facts)
          .filteredOn(fact ->
              fact instanceof Listener l && l.local().port() == port && l.process().pid() == SELF)
          .hasSize(1);
      assertThat(facts)
          .filteredOn(
              fact -> fact instanceof Connection c && c.local().port() == client.getLocalPort())
          .singleElement()
          .satisfies(fact ->
              assertThat(((Connection) fact).direction()).isEqualTo(Connection.Direction.OUTBOUND));
      assertThat(facts)
          .filteredOn(
              fact -> fact instanceof Connection c && c.remote().port() == accepted.getPort())
          .singleElement()
          .satisfies(fact ->
              assertThat(((Connection) fact).direction()).isEqualTo(Connection.Direction.INBOUND));
    }
  }

  private static Connection connection(Endpoint remote, Connection.State state) {
    return new Connection(
        new Provenance("auditd", "1.000:1", Provenance.KERNEL, 1, 1, null, Raw.NONE),
        ProcessId.of(SELF),
        1,
        "/usr/bin/java",
        Identity.UNKNOWN,
        Connection.Direction.OUTBOUND,
        state,
        null,
        Endpoint.UNKNOWN,
        remote,
        Connection.Via.EVENT);
  }
}
