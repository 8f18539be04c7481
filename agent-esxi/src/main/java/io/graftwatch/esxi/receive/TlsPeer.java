package io.graftwatch.esxi.receive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/// One connection of a sender, over TLS 1.3. It keeps no buffer of its own while nothing of a
/// record is left over: a thousand idle senders cost their engines only.
final class TlsPeer extends Peer {
  private static final byte[] NONE = {};

  /// Of a name's type in X.509.
  private static final Integer DNS_NAME = 2;

  private final SSLEngine engine;
  private final Buffers buffers;

  /// The beginning of a record whose end has not come.
  private byte[] rest = NONE;

  private byte[] unsent = NONE;
  private boolean ended;

  /// What all connections share: one thread serves them one after the other.
  record Buffers(ByteBuffer in, ByteBuffer out) {
    static Buffers make() {
      return new Buffers(ByteBuffer.allocate(64 * 1024), ByteBuffer.allocate(32 * 1024));
    }
  }

  TlsPeer(SocketChannel channel, SSLEngine engine, Buffers buffers) {
    super(channel);
    this.engine = engine;
    this.buffers = buffers;
  }

  SSLEngine engine() {
    return engine;
  }

  /// The first DNS name of the certificate that the sender has shown; null when there is none.
  @Nullable String certified() {
    try {
      if (engine.getSession().getPeerCertificates()[0] instanceof X509Certificate certificate
          && certificate.getSubjectAlternativeNames() != null) {
        for (List<?> name : certificate.getSubjectAlternativeNames()) {
          if (DNS_NAME.equals(name.getFirst())) {
            return String.valueOf(name.get(1));
          }
        }
      }
      return null;
    } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
      return null; // none was asked for
    }
  }

  @Override
  boolean ready() {
    return switch (engine.getHandshakeStatus()) {
      case NOT_HANDSHAKING, FINISHED -> !engine.getSession().getProtocol().equals("NONE");
      default -> false;
    };
  }

  @Override
  int read(byte[] buffer, int offset, int length) throws IOException {
    ByteBuffer in = buffers.in();
    in.clear();
    in.put(rest);
    int read = ended ? -1 : channel().read(in);
    ended |= read < 0;
    in.flip();
    ByteBuffer out = ByteBuffer.wrap(buffer, offset, length);
    try {
      unwrap(in, out);
    } finally {
      rest = in.hasRemaining() ? new byte[in.remaining()] : NONE;
      in.get(rest);
    }
    int made = out.position() - offset;
    return made > 0 ? made : ended || engine.isInboundDone() ? -1 : 0;
  }

  private void unwrap(ByteBuffer in, ByteBuffer out) throws IOException {
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> run();
        case NEED_WRAP -> wrap();
        default -> {
          if (!in.hasRemaining()) {
            return;
          }
          SSLEngineResult result = engine.unwrap(in, out);
          boolean more =
              result.getStatus() == SSLEngineResult.Status.OK
                  && (result.bytesConsumed() > 0 || result.bytesProduced() > 0);
          if (!more && !needsAnswer()) {
            return; // a record is not whole yet, or there is no room for what is in it
          }
        }
      }
    }
  }

  private boolean needsAnswer() {
    HandshakeStatus status = engine.getHandshakeStatus();
    return status == HandshakeStatus.NEED_TASK || status == HandshakeStatus.NEED_WRAP;
  }

  private void run() {
    for (Runnable task = engine.getDelegatedTask(); task != null; ) {
      task.run();
      task = engine.getDelegatedTask();
    }
  }

  private void wrap() throws IOException {
    ByteBuffer out = buffers.out();
    out.clear();
    engine.wrap(ByteBuffer.wrap(NONE), out);
    out.flip();
    byte[] made = new byte[unsent.length + out.remaining()];
    System.arraycopy(unsent, 0, made, 0, unsent.length);
    out.get(made, unsent.length, out.remaining());
    unsent = made;
    boolean _ = flush();
  }

  @Override
  int held() {
    return super.held() + rest.length + unsent.length;
  }

  @Override
  boolean flush() throws IOException {
    if (unsent.length > 0) {
      ByteBuffer out = ByteBuffer.wrap(unsent);
      try {
        channel().write(out);
      } catch (IOException e) {
        // Whoever sends and never reads may have closed that half: what it sent still counts.
        unsent = NONE;
        return false;
      }
      unsent =
          out.hasRemaining() ? Arrays.copyOfRange(unsent, out.position(), unsent.length) : NONE;
    }
    return unsent.length > 0;
  }
}
