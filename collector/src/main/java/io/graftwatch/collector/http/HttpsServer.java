package io.graftwatch.collector.http;

import java.io.IOException;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/// Jetty's core with our listeners: TLS 1.3 only, endpoints on virtual threads, everything bounded.
public final class HttpsServer implements AutoCloseable {
  private static final int MAX_THREADS = 16;
  private static final int HEADER_BYTES = 8 * 1024;
  private static final long STOP_MILLIS = 5_000;
  private static final String KEY_PASSWORD = "";

  private final Server server;
  private final Map<String, ServerConnector> connectors = new LinkedHashMap<>();
  private final Map<String, SslContextFactory.Server> contexts = new LinkedHashMap<>();

  /// @param keys the server's key and chain
  /// @param authorities of client certificates
  public HttpsServer(
      List<Listener> listeners, KeyStore keys, KeyStore authorities, InstantSource clock) {
    var threads = new QueuedThreadPool(MAX_THREADS);
    threads.setName("http");
    threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
    server = new Server(threads);
    server.setStopTimeout(STOP_MILLIS);
    var edges = new LinkedHashMap<String, Handler>();
    for (Listener listener : listeners) {
      ServerConnector connector = connector(listener, keys, authorities);
      server.addConnector(connector);
      server.addBean(new NetworkConnectionLimit(listener.connections(), connector));
      connectors.put(listener.name(), connector);
      edges.put(listener.name(), new Edge(listener.site(), clock));
    }
    server.setHandler(new BySite(edges));
  }

  /// @throws IOException with a sentence, such as that a port is taken
  public void start() throws IOException {
    try {
      server.start();
    } catch (Exception e) {
      close();
      throw new IOException("cannot listen: " + e.getMessage(), e);
    }
  }

  /// The port that a listener really has.
  public int port(String listener) {
    return connector(listener).getLocalPort();
  }

  /// Takes new keys for new connections; open ones go on.
  public void reload(KeyStore keys) throws IOException {
    try {
      for (SslContextFactory.Server context : contexts.values()) {
        context.reload(factory -> factory.setKeyStore(keys));
      }
    } catch (Exception e) {
      throw new IOException("the new certificate cannot be used: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception _) {
      // It is going away; what was acknowledged is on the disk.
    }
  }

  private ServerConnector connector(String listener) {
    ServerConnector connector = connectors.get(listener);
    if (connector == null) {
      throw new IllegalArgumentException("no listener " + listener);
    }
    return connector;
  }

  private ServerConnector connector(Listener listener, KeyStore keys, KeyStore authorities) {
    var tls = new SslContextFactory.Server();
    tls.setKeyStore(keys);
    tls.setKeyStorePassword(KEY_PASSWORD);
    tls.setIncludeProtocols("TLSv1.3");
    tls.setRenegotiationAllowed(false);
    if (listener.clients()) {
      tls.setNeedClientAuth(true);
      tls.setTrustStore(authorities);
    }
    contexts.put(listener.name(), tls);

    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(HEADER_BYTES);
    http.setIdleTimeout(listener.idleMillis());
    // A browser must use one of the certificate's names: another name that leads here is an attack.
    http.addCustomizer(new SecureRequestCustomizer(!listener.clients()));
    var plain = new HttpConnectionFactory(http);
    ConnectionFactory[] protocols =
        listener.clients() ? agentProtocols(tls, plain) : browserProtocols(tls, plain, http);
    var connector = new ServerConnector(server, 1, 1, protocols);
    connector.setName(listener.name());
    connector.setHost(listener.host());
    connector.setPort(listener.port());
    connector.setIdleTimeout(listener.idleMillis());
    return connector;
  }

  private static ConnectionFactory[] agentProtocols(
      SslContextFactory.Server tls, HttpConnectionFactory plain) {
    return new ConnectionFactory[] {new SslConnectionFactory(tls, plain.getProtocol()), plain};
  }

  private static ConnectionFactory[] browserProtocols(
      SslContextFactory.Server tls, HttpConnectionFactory plain, HttpConfiguration http) {
    var alpn = new ALPNServerConnectionFactory();
    alpn.setDefaultProtocol(plain.getProtocol());
    return new ConnectionFactory[] {
      new SslConnectionFactory(tls, alpn.getProtocol()),
      alpn,
      new HTTP2ServerConnectionFactory(http),
      plain
    };
  }

  /// Sends each request to the site of the listener it came through.
  private static final class BySite extends Handler.Abstract {
    private final Map<String, Handler> edges;

    BySite(Map<String, Handler> edges) {
      this.edges = edges;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      @Nullable String name = request.getConnectionMetaData().getConnector().getName();
      Handler edge = edges.get(name);
      return edge != null && edge.handle(request, response, callback);
    }
  }
}
