package io.graftwatch.linux.audit;

import io.graftwatch.core.config.Addresses;
import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Listener;
import io.graftwatch.core.fact.ProcessId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// connect, bind and sends that carry an address.
final class NetworkFacts {
  private static final int AF_UNSPEC = 0;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int INET_LENGTH = 8;
  private static final int INET6_LENGTH = 24;
  private static final int EINPROGRESS = -115;
  private static final int EALREADY = -114;
  private static final int ECONNREFUSED = -111;

  private final FactMapper mapper;
  private final Memo<Meaning> meanings = new Memo<>(512, 64, NetworkFacts::meaning);

  NetworkFacts(FactMapper mapper) {
    this.mapper = mapper;
  }

  /// What a socket address means.
  ///
  /// @param end null when it is no internet address
  /// @param probe no packet ever reaches it: getaddrinfo and Apache's start ask for such
  private record Meaning(@Nullable Endpoint end, boolean probe) {
    static final Meaning NONE = new Meaning(null, false);
  }

  @Nullable Fact map(AuditEvent event) {
    if (!event.address.given()) {
      return null;
    }
    Meaning meaning = meanings.of(event.bytes, event.address.from, event.address.to);
    Endpoint end = meaning.end;
    if (end == null) {
      return meaning.probe ? mapper.noted("address_probe") : null;
    }
    if (event.call.operation == Operation.BIND) {
      return end.port() == 0 ? mapper.noted("bind_any_port") : listener(event, end);
    }
    return meaning.probe ? mapper.noted("address_probe") : connection(event, end);
  }

  private Listener listener(AuditEvent event, Endpoint local) {
    Call call = event.call;
    return new Listener(
        mapper.provenance(event, false),
        ProcessId.of(call.pid),
        call.ppid,
        mapper.text(event, call.exe),
        mapper.identity(event),
        null,
        local,
        Connection.Via.EVENT);
  }

  private Connection connection(AuditEvent event, Endpoint remote) {
    Call call = event.call;
    boolean datagram = call.operation == Operation.SEND;
    return new Connection(
        mapper.provenance(event, false),
        ProcessId.of(call.pid),
        call.ppid,
        mapper.text(event, call.exe),
        mapper.identity(event),
        Connection.Direction.OUTBOUND,
        state(call),
        datagram ? "udp" : null,
        Endpoint.UNKNOWN,
        remote,
        Connection.Via.EVENT);
  }

  private static Connection.State state(Call call) {
    if (call.success) {
      return Connection.State.ESTABLISHED;
    }
    return switch ((int) call.exit) {
      case EINPROGRESS, EALREADY -> Connection.State.IN_PROGRESS;
      case ECONNREFUSED -> Connection.State.REFUSED;
      default -> Connection.State.ATTEMPTED;
    };
  }

  /// Reads a `struct sockaddr` in hexadecimal.
  private static Meaning meaning(byte[] hex, int from, int to) {
    byte[] address = new byte[(to - from) / 2];
    for (int i = 0; i < address.length; i++) {
      int at = from + 2 * i;
      address[i] = (byte) (Bytes.digit(hex[at]) << 4 | Bytes.digit(hex[at + 1]));
    }
    if (address.length < 4) {
      return Meaning.NONE;
    }
    int family = address[0] != 0 ? address[0] : address[1];
    if (family == AF_UNSPEC) {
      return new Meaning(null, true);
    }
    boolean inet = family == AF_INET && address.length >= INET_LENGTH;
    boolean inet6 = family == AF_INET6 && address.length >= INET6_LENGTH;
    if (!inet && !inet6) {
      return Meaning.NONE;
    }
    int port = (address[2] & 0xFF) << 8 | (address[3] & 0xFF);
    byte[] ip = inet ? Arrays.copyOfRange(address, 4, 8) : Arrays.copyOfRange(address, 8, 24);
    return new Meaning(new Endpoint(Addresses.format(ip), port), port == 0 || unspecified(ip));
  }

  private static boolean unspecified(byte[] ip) {
    for (byte b : ip) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
