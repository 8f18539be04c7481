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

  NetworkFacts(FactMapper mapper) {
    this.mapper = mapper;
  }

  @Nullable Fact map(AuditEvent event) {
    byte[] address = address(event);
    if (address == null) {
      return null;
    }
    int family = address[0] != 0 ? address[0] : address[1];
    if (family == AF_UNSPEC) {
      return mapper.noted("address_probe");
    }
    boolean inet = family == AF_INET && address.length >= INET_LENGTH;
    boolean inet6 = family == AF_INET6 && address.length >= INET6_LENGTH;
    if (!inet && !inet6) {
      return null;
    }
    int port = (address[2] & 0xFF) << 8 | (address[3] & 0xFF);
    byte[] ip = inet ? Arrays.copyOfRange(address, 4, 8) : Arrays.copyOfRange(address, 8, 24);
    var end = new Endpoint(Addresses.format(ip), port);
    if (event.call.operation == Operation.BIND) {
      return port == 0 ? mapper.noted("bind_any_port") : listener(event, end);
    }
    // getaddrinfo and Apache's start probe with addresses that no packet ever reaches.
    return port == 0 || unspecified(ip) ? mapper.noted("address_probe") : connection(event, end);
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

  private static byte @Nullable [] address(AuditEvent event) {
    Slice slice = event.address;
    if (!slice.given() || slice.to - slice.from < 4) {
      return null;
    }
    byte[] out = new byte[(slice.to - slice.from) / 2];
    for (int i = 0; i < out.length; i++) {
      int at = slice.from + 2 * i;
      out[i] = (byte) (Bytes.digit(event.bytes[at]) << 4 | Bytes.digit(event.bytes[at + 1]));
    }
    return out.length < 4 ? null : out;
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
