package io.graftwatch.esxi.ssh;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Properties;

/// A connection to a host on which commands can be run.
final class Shell implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;

  /// So long after the last sign of life it is asked for one, twice.
  private static final int ALIVE_MILLIS = 4_000;

  /// What OpenSSH of ESXi 6.7 and later takes, also under FIPS.
  private static final String KEY_EXCHANGE =
      "curve25519-sha256,ecdh-sha2-nistp256,ecdh-sha2-nistp384,diffie-hellman-group14-sha256";

  private static final int MAX_ANSWER = 1 << 20;

  private final Session session;

  private Shell(Session session) {
    this.session = session;
  }

  interface Opened {
    /// Told before anybody is logged in, of the connection's end here.
    void from(InetSocketAddress local);
  }

  /// @throws JSchException when the host cannot be reached, has another key, or refuses ours
  static Shell open(TailConfig.Target target, Path key, Opened opened) throws JSchException {
    var jsch = new JSch();
    jsch.setHostKeyRepository(new PinnedKeys(target.hostKey()));
    jsch.addIdentity(key.toString());
    Session session = jsch.getSession(target.user(), target.address(), target.port());
    var config = new Properties();
    config.put("StrictHostKeyChecking", "yes");
    config.put("PreferredAuthentications", "publickey");
    config.put("server_host_key", algorithms(target.keyType()));
    // The library would try out every algorithm that it knows at each connection.
    config.put("kex", KEY_EXCHANGE);
    config.put("CheckKexes", "");
    config.put("CheckCiphers", "");
    config.put("CheckSignatures", "");
    config.put("CheckMacs", "");
    config.put("compression.s2c", "none");
    config.put("compression.c2s", "none");
    session.setConfig(config);
    session.setSocketFactory(new Sockets(opened));
    session.setServerAliveInterval(ALIVE_MILLIS);
    session.setServerAliveCountMax(2);
    session.setDaemonThread(true);
    session.connect(CONNECT_MILLIS);
    return new Shell(session);
  }

  private static String algorithms(String keyType) {
    return keyType.equals("ssh-rsa") ? "rsa-sha2-512,rsa-sha2-256" : keyType;
  }

  /// What a command prints, at most a megabyte of it.
  byte[] answer(String command) throws JSchException, IOException {
    ChannelExec channel = channel(command, false);
    try (InputStream in = channel.getInputStream()) {
      channel.connect(CONNECT_MILLIS);
      return in.readNBytes(MAX_ANSWER);
    } finally {
      channel.disconnect();
    }
  }

  /// What a command prints, until it or we end it.
  record Output(InputStream stream, ChannelExec channel) implements AutoCloseable {
    @Override
    public void close() {
      channel.disconnect();
    }
  }

  /// A command that runs on. It has a terminal, so that it ends with the connection: without one it
  /// would stay on the host for good.
  Output follow(String command) throws JSchException, IOException {
    return run(command, true);
  }

  /// A command that ends by itself.
  Output read(String command) throws JSchException, IOException {
    return run(command, false);
  }

  private Output run(String command, boolean terminal) throws JSchException, IOException {
    ChannelExec channel = channel(command, terminal);
    InputStream in = channel.getInputStream();
    channel.connect(CONNECT_MILLIS);
    return new Output(in, channel);
  }

  private ChannelExec channel(String command, boolean terminal) throws JSchException {
    var channel = (ChannelExec) session.openChannel("exec");
    channel.setCommand(command);
    channel.setPty(terminal);
    if (terminal) {
      channel.setPtyType("dumb");
    }
    return channel;
  }

  @Override
  public void close() {
    session.disconnect();
  }

  private record Sockets(Opened opened) implements SocketFactory {
    @Override
    public Socket createSocket(String host, int port) throws IOException {
      var socket = new Socket();
      socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
      opened.from((InetSocketAddress) socket.getLocalSocketAddress());
      return socket;
    }

    @Override
    public InputStream getInputStream(Socket socket) throws IOException {
      return socket.getInputStream();
    }

    @Override
    public OutputStream getOutputStream(Socket socket) throws IOException {
      return socket.getOutputStream();
    }
  }
}
