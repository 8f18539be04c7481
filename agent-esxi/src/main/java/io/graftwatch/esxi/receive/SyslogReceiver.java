package io.graftwatch.esxi.receive;

import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.core.text.Terminal;
import io.graftwatch.delivery.output.Trust;
import io.graftwatch.esxi.map.EsxiReader;
import io.graftwatch.esxi.map.OwnSessions;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/// Hears what ESXi hosts send: UDP, TCP and TLS 1.3 on one thread and one selector. Who a message
/// is from is what its connection shows, not what it says.
final class SyslogReceiver implements Source {
  private static final int MAX_PEERS = 4096;
  private static final int MAX_SENDERS = 4096;

  /// Most bytes of unfinished messages, all connections together: beyond it the one that asks for
  /// more is closed, so that no sender can use up the agent's memory.
  private static final long MAX_HELD = 8 << 20;

  private static final int DATAGRAM = 64 * 1024;
  private static final int KERNEL_BUFFER = 4 << 20;

  /// Reads of one connection before the others have their turn.
  private static final int TURN = 16;

  private static final Duration WAIT = Duration.ofSeconds(5);
  private static final Duration HANDSHAKE = Duration.ofSeconds(10);

  /// A datagram may be anybody's.
  private static final double UDP_TRUST = 0.9;

  private final String kind;
  private final ListenConfig config;
  private final @Nullable Trust trust;
  private final InstantSource clock;
  private final OwnSessions own;
  private final Selector selector;
  private final SourceCounters counters = new SourceCounters();
  private final TlsPeer.Buffers buffers = TlsPeer.Buffers.make();
  private final ByteBuffer datagram = ByteBuffer.allocate(DATAGRAM);
  private final Line line = new Line();

  /// Senders of datagrams, the longest silent first.
  private final Map<InetAddress, Hearing> senders = new LinkedHashMap<>(16, 0.75f, true);

  /// Connections that had more than their turn took.
  private final Set<SelectionKey> again = new LinkedHashSet<>();

  private final Map<TlsPeer, Long> handshakes = new LinkedHashMap<>();
  private @Nullable String refusal;
  private @Nullable SourceGap missed;
  private long heard;
  private long heldAll;
  private @Nullable KernelDrops drops;
  private long dropped;
  private long counted;

  /// @param from when the last message was heard; null on the first start
  /// @throws IOException when it cannot listen there
  SyslogReceiver(
      String kind,
      ListenConfig config,
      @Nullable Checkpoint from,
      InstantSource clock,
      OwnSessions own)
      throws IOException {
    this.kind = kind;
    this.config = config;
    this.clock = clock;
    this.own = own;
    this.trust =
        config.tls() == null
            ? null
            : Trust.load(config.clientCa(), config.certificate(), config.key());
    this.heard = clock.millis();
    if (from != null && !from.value().isEmpty()) {
      missed = gap(Long.parseLong(from.value()), heard, -1, "restart");
    }
    this.selector = Selector.open();
    try {
      listen();
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private SourceGap gap(long fromMillis, long toMillis, long lost, String reason) {
    long to = toMillis * 1000;
    var provenance = new Provenance(kind, reason + ":" + toMillis, 1, to, to, null, Raw.NONE);
    return new SourceGap(provenance, fromMillis * 1000, to, lost, reason);
  }

  /// Asks the kernel, at each wait's length, how many datagrams came while its buffer was full.
  private void overrun(FactSink sink) {
    long now = clock.millis();
    if (drops == null || now - counted < WAIT.toMillis()) {
      return;
    }
    long all = drops.count();
    if (all > dropped) {
      counters.lost(all - dropped);
      sink.accept(gap(counted, now, all - dropped, "udp_overrun"));
      dropped = all;
    }
    counted = now;
  }

  private void listen() throws IOException {
    InetSocketAddress at = config.udp();
    if (at != null) {
      // With the family named, the socket stands in the kernel's table of that family.
      DatagramChannel udp =
          DatagramChannel.open(
              at.getAddress() instanceof Inet4Address
                  ? StandardProtocolFamily.INET
                  : StandardProtocolFamily.INET6);
      udp.configureBlocking(false);
      udp.setOption(StandardSocketOptions.SO_RCVBUF, KERNEL_BUFFER);
      bind(at, () -> udp.bind(at));
      udp.register(selector, SelectionKey.OP_READ);
      drops = KernelDrops.of((InetSocketAddress) udp.getLocalAddress());
      counted = heard;
    }
    accept(config.tcp(), false);
    accept(config.tls(), true);
  }

  private void accept(@Nullable InetSocketAddress at, boolean tls) throws IOException {
    if (at == null) {
      return;
    }
    ServerSocketChannel server = ServerSocketChannel.open();
    server.configureBlocking(false);
    bind(at, () -> server.bind(at, 1024));
    server.register(selector, SelectionKey.OP_ACCEPT, tls);
  }

  private interface Bind {
    void now() throws IOException;
  }

  private static void bind(InetSocketAddress at, Bind bind) throws IOException {
    try {
      bind.now();
    } catch (IOException e) {
      throw new IOException("cannot listen on " + at + ": " + e.getMessage(), e);
    }
  }

  @Override
  public int pump(FactSink sink, int limit) throws IOException {
    if (missed != null) {
      sink.accept(missed);
      missed = null;
    }
    int[] handed = new int[1];
    FactSink counting =
        fact -> {
          handed[0]++;
          sink.accept(fact);
        };
    if (again.isEmpty()) {
      selector.select(WAIT.toMillis());
    } else {
      selector.selectNow();
    }
    int messages = 0;
    for (SelectionKey key : List.copyOf(again)) {
      again.remove(key);
      messages += served(key, counting);
    }
    for (var keys = selector.selectedKeys().iterator(); keys.hasNext() && handed[0] < limit; ) {
      SelectionKey key = keys.next();
      keys.remove();
      messages += serve(key, counting);
    }
    expire();
    overrun(counting);
    if (messages > 0) {
      heard = clock.millis();
    }
    return messages;
  }

  private int serve(SelectionKey key, FactSink sink) throws IOException {
    if (!key.isValid()) {
      return 0;
    }
    if (key.channel() instanceof ServerSocketChannel server) {
      accepted(server, Boolean.TRUE.equals(key.attachment()));
      return 0;
    }
    if (key.channel() instanceof DatagramChannel udp) {
      return datagrams(udp, sink);
    }
    return served(key, sink);
  }

  private int served(SelectionKey key, FactSink sink) {
    var peer = (Peer) key.attachment();
    try {
      if (key.isValid() && key.isWritable() && !peer.flush()) {
        key.interestOps(SelectionKey.OP_READ);
      }
      return key.isValid() ? connection(key, peer, sink) : 0;
    } catch (IOException e) {
      return broke(peer, e, sink);
    }
  }

  private void accepted(ServerSocketChannel server, boolean tls) throws IOException {
    SocketChannel channel = server.accept();
    if (channel == null) {
      return;
    }
    var remote = (InetSocketAddress) channel.getRemoteAddress();
    if (!config.hears(remote.getAddress())) {
      refuse(remote, "its address is not among peers");
      channel.close();
      return;
    }
    if (selector.keys().size() > MAX_PEERS) {
      refuse(remote, "there are " + MAX_PEERS + " connections already");
      channel.close();
      return;
    }
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    Peer peer;
    if (tls && trust != null) {
      SSLEngine engine = trust.context().createSSLEngine();
      engine.setUseClientMode(false);
      engine.setEnabledProtocols(new String[] {"TLSv1.3"});
      engine.setNeedClientAuth(config.clientCa() != null);
      engine.beginHandshake();
      var secure = new TlsPeer(channel, engine, buffers);
      handshakes.put(secure, clock.millis());
      peer = secure;
    } else {
      peer = new Peer(channel);
      peer.hearing = hearing(remote, Provenance.KERNEL);
    }
    channel.register(selector, SelectionKey.OP_READ, peer);
  }

  private Hearing hearing(InetSocketAddress remote, double trusted) {
    String host = config.name(remote.getAddress());
    return new Hearing(host, reader(host, trusted));
  }

  private EsxiReader reader(String host, double trusted) {
    var origin = new Origin(kind, host, ZoneId.of("UTC"), this::micros, _ -> micros());
    return new EsxiReader(origin, trusted, true, host, counters, own);
  }

  private long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }

  private int datagrams(DatagramChannel udp, FactSink sink) throws IOException {
    int messages = 0;
    for (int i = 0; i < TURN * 16; i++) {
      datagram.clear();
      var remote = (InetSocketAddress) udp.receive(datagram);
      if (remote == null) {
        return messages;
      }
      messages++;
      if (!config.hears(remote.getAddress())) {
        counters.note("peer_refused", 1);
        continue;
      }
      Hearing sender =
          senders.computeIfAbsent(remote.getAddress(), _ -> hearing(remote, UDP_TRUST));
      if (senders.size() > MAX_SENDERS) {
        senders.remove(senders.keySet().iterator().next());
      }
      int end = datagram.position();
      boolean cut = end == DATAGRAM;
      sender
          .reader()
          .read(
              line.at(datagram.array(), 0, trimmed(end), messages, cut, true), false, false, sink);
    }
    return messages;
  }

  /// Some senders end a datagram with a line feed.
  private int trimmed(int end) {
    int last = end;
    while (last > 0 && datagram.array()[last - 1] == '\n') {
      last--;
    }
    return last;
  }

  private int connection(SelectionKey key, Peer peer, FactSink sink) throws IOException {
    int messages = read(key, peer, sink);
    if (!peer.channel().isOpen()) {
      return messages;
    }
    heldAll += peer.held() - peer.accounted;
    peer.accounted = peer.held();
    if (heldAll > MAX_HELD) {
      counters.note("buffers_full", 1);
      return messages + ended(peer, sink);
    }
    return messages;
  }

  private int read(SelectionKey key, Peer peer, FactSink sink) throws IOException {
    int messages = 0;
    int read = 1;
    for (int turn = 0; turn < TURN && read > 0; turn++) {
      read = peer.frames().fill(peer::read);
      if (peer.hearing == null && peer.ready()) {
        known((TlsPeer) peer);
      }
      Hearing hearing = peer.hearing;
      if (hearing != null) {
        messages += hearing.read(peer.frames(), peer, line, sink);
      }
    }
    if (read < 0) {
      return messages + ended(peer, sink);
    }
    if (read > 0) {
      again.add(key);
    }
    if (peer.flush()) {
      key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
    return messages;
  }

  /// The handshake is over: the sender is who its certificate says, else its address.
  private void known(TlsPeer peer) throws IOException {
    handshakes.remove(peer);
    var remote = (InetSocketAddress) peer.channel().getRemoteAddress();
    String shown = config.names(remote.getAddress()) ? null : peer.certified();
    peer.hearing =
        shown == null
            ? hearing(remote, Provenance.KERNEL)
            : new Hearing(shown, reader(shown, Provenance.KERNEL));
  }

  private int ended(Peer peer, FactSink sink) {
    Hearing hearing = peer.hearing;
    int messages = hearing == null ? 0 : hearing.rest(peer.frames(), peer, line, sink);
    end(peer);
    return messages;
  }

  private void end(Peer peer) {
    if (peer instanceof TlsPeer secure) {
      handshakes.remove(secure);
    }
    heldAll -= peer.accounted;
    peer.accounted = 0;
    peer.close();
  }

  private int broke(Peer peer, IOException e, FactSink sink) {
    if (e instanceof SSLException && peer.hearing == null) {
      InetSocketAddress remote = null;
      try {
        remote = (InetSocketAddress) peer.channel().getRemoteAddress();
      } catch (IOException gone) {
        e.addSuppressed(gone);
      }
      refuse(remote, String.valueOf(e.getMessage()));
      try {
        boolean _ = peer.flush();
      } catch (IOException gone) {
        e.addSuppressed(gone);
      }
    } else {
      counters.note("connection_broken", 1);
    }
    return ended(peer, sink);
  }

  /// Counted each time, told when it is another one.
  private void refuse(@Nullable InetSocketAddress remote, String why) {
    counters.note("peer_refused", 1);
    String sentence =
        (remote == null ? "a sender" : remote.getAddress().getHostAddress()) + ": " + why;
    if (!sentence.equals(refusal)) {
      refusal = sentence;
      Logger.warn("SYSLOG_PEER_REFUSED {}", Terminal.safe(sentence));
    }
  }

  /// Whoever connects and does not say who he is goes.
  private void expire() {
    long now = clock.millis();
    while (!handshakes.isEmpty()) {
      var eldest = handshakes.entrySet().iterator().next();
      if (now - eldest.getValue() < HANDSHAKE.toMillis()) {
        return;
      }
      counters.note("handshake_expired", 1);
      end(eldest.getKey());
    }
  }

  /// Where it listens, for tests with port 0.
  InetSocketAddress bound(boolean tls) throws IOException {
    for (SelectionKey key : selector.keys()) {
      if (key.channel() instanceof ServerSocketChannel server
          && Boolean.valueOf(tls).equals(key.attachment())) {
        return (InetSocketAddress) server.getLocalAddress();
      }
    }
    throw new IOException("it does not listen there");
  }

  InetSocketAddress datagramsBound() throws IOException {
    for (SelectionKey key : selector.keys()) {
      if (key.channel() instanceof DatagramChannel udp) {
        return (InetSocketAddress) udp.getLocalAddress();
      }
    }
    throw new IOException("it takes no datagrams");
  }

  /// Connections whose sender is known.
  int ready() {
    return (int) peers().filter(peer -> peer.hearing != null).count();
  }

  /// Bytes of buffers that connections hold.
  long held() {
    return peers().mapToLong(Peer::held).sum();
  }

  private Stream<Peer> peers() {
    return List.copyOf(selector.keys()).stream()
        .map(SelectionKey::attachment)
        .filter(Peer.class::isInstance)
        .map(Peer.class::cast);
  }

  @Override
  public void wake() {
    selector.wakeup();
  }

  @Override
  public Checkpoint position() {
    return new Checkpoint(String.valueOf(heard));
  }

  @Override
  public SourceCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    for (SelectionKey key : selector.keys()) {
      try {
        key.channel().close();
      } catch (IOException e) {
        Logger.debug("closing: {}", e.getMessage());
      }
    }
    try {
      selector.close();
    } catch (IOException e) {
      Logger.debug("closing: {}", e.getMessage());
    }
  }
}
