package io.graftwatch.delivery.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.journal.Pending;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import okio.AsyncTimeout;
import org.jspecify.annotations.Nullable;

/// Findings as RFC 5424 messages over TLS (RFC 5425, octet counting), the OCSF document as the
/// message, cut to what common receivers take.
///
/// Syslog knows no receipt: what was written when the connection broke is written again, and what
/// lay in the other side's buffers then may be lost.
final class SyslogOutput implements Output {
  /// Facility 13, log audit.
  private static final int FACILITY = 13 << 3;

  /// `crit`, `err`, `warning`, `notice`, `info` by OCSF severity.
  private static final int[] SEVERITIES = {6, 6, 5, 4, 3, 2};

  /// What rsyslog takes unless it is told otherwise.
  private static final int MAX_MESSAGE = 8 * 1024;

  /// RFC 5425.
  private static final int PORT = 6514;

  private final URI url;
  private final @Nullable Path caFile;
  private final @Nullable Path certificateFile;
  private final @Nullable Path keyFile;
  private final Duration deadline;
  private @Nullable Connection connection;

  /// @param below what TLS runs over
  private record Connection(SSLSocket secure, Socket below) {}

  /// @param url `syslog+tls://host:port`
  SyslogOutput(
      URI url,
      @Nullable Path caFile,
      @Nullable Path certificateFile,
      @Nullable Path keyFile,
      Duration deadline) {
    this.url = url;
    this.caFile = caFile;
    this.certificateFile = certificateFile;
    this.keyFile = keyFile;
    this.deadline = deadline;
  }

  @Override
  public Answer send(String batch, List<Pending> records) {
    var bytes = new ByteArrayOutputStream();
    for (Finding finding : Finding.of(records)) {
      byte[] message = message(finding);
      bytes.writeBytes((message.length + " ").getBytes(StandardCharsets.US_ASCII));
      bytes.writeBytes(message);
    }
    Trust trust;
    try {
      trust = Trust.load(caFile, certificateFile, keyFile);
    } catch (IOException e) {
      return new Answer.Failed(String.valueOf(e.getMessage()), null);
    }
    try {
      Connection open = open(trust);
      watched(
          open.below(),
          () -> {
            open.secure().getOutputStream().write(bytes.toByteArray());
            open.secure().getOutputStream().flush();
          });
      return HttpOutput.taken(records.size());
    } catch (IOException e) {
      drop();
      return new Answer.Failed(
          Problems.sentence(url.getHost() + ":" + url.getPort(), trust, e), null);
    }
  }

  private interface Exchange {
    void run() throws IOException;
  }

  /// A receiver that reads no more must not hold us for ever. A socket's own time limit is for
  /// reading only, and closing TLS waits for the write in progress, so the watch closes what is
  /// below it.
  private void watched(Socket below, Exchange exchange) throws IOException {
    var watch =
        new AsyncTimeout() {
          @Override
          protected void timedOut() {
            try {
              below.close();
            } catch (IOException _) {
              // It is given up anyway.
            }
          }
        };
    watch.timeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
    watch.enter();
    IOException failure = null;
    try {
      exchange.run();
    } catch (IOException e) {
      failure = e;
    }
    if (watch.exit()) {
      throw new SocketTimeoutException("it took nothing for " + deadline.toMillis() + " ms");
    }
    if (failure != null) {
      throw failure;
    }
  }

  static byte[] message(Finding finding) {
    String head =
        "<%d>1 %s %s graftwatch - %s - "
            .formatted(
                FACILITY + SEVERITIES[Math.clamp(finding.severity(), 0, SEVERITIES.length - 1)],
                Instant.ofEpochMilli(finding.time()),
                name(finding.host()),
                name(finding.analytic().path("uid").asText("")));
    byte[] start = head.getBytes(StandardCharsets.US_ASCII);
    var message = new ByteArrayOutputStream();
    message.writeBytes(start);
    message.writeBytes(fitting(finding, MAX_MESSAGE - start.length));
    return message.toByteArray();
  }

  /// HOSTNAME and MSGID: printable ASCII without blanks.
  private static String name(String text) {
    var name = new StringBuilder();
    text.chars().limit(48).forEach(c -> name.append(c > ' ' && c <= '~' ? (char) c : '_'));
    return name.isEmpty() ? "-" : name.toString();
  }

  /// The document as it is; where that is too long, first without native records, then without the
  /// last pieces of evidence.
  private static byte[] fitting(Finding finding, int max) {
    if (finding.payload().length <= max || !(finding.ocsf() instanceof ObjectNode whole)) {
      return finding.payload();
    }
    ObjectNode less = whole.deepCopy();
    less.remove("observables");
    for (JsonNode evidence : less.path("evidences")) {
      if (evidence.path("data") instanceof ObjectNode data) {
        data.remove("raw");
      }
    }
    byte[] bytes = Json.bytes(less);
    while (bytes.length > max
        && less.path("evidences") instanceof ArrayNode evidences
        && !evidences.isEmpty()) {
      evidences.remove(evidences.size() - 1);
      bytes = Json.bytes(less);
    }
    if (bytes.length > max) {
      less.retain("time", "severity_id", "message", "metadata", "device", "type_uid", "class_uid");
      bytes = Json.bytes(less);
    }
    return bytes;
  }

  private Connection open(Trust trust) throws IOException {
    Connection current = connection;
    if (current != null && alive(current.secure())) {
      return current;
    }
    drop();
    Socket plain = connected();
    try {
      plain.setTcpNoDelay(true);
      plain.setSoTimeout((int) deadline.toMillis());
      var secure =
          (SSLSocket) trust.sockets().createSocket(plain, url.getHost(), plain.getPort(), true);
      SSLParameters parameters = secure.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
      secure.setSSLParameters(parameters);
      secure.startHandshake();
      var opened = new Connection(secure, plain);
      connection = opened;
      return opened;
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  /// The first of the host's addresses that takes the connection.
  private Socket connected() throws IOException {
    IOException failure = new UnknownHostException(url.getHost());
    for (InetAddress address : HttpsPlace.addresses(url.getHost())) {
      var attempt = new Socket();
      try {
        attempt.connect(
            new InetSocketAddress(address, url.getPort() < 0 ? PORT : url.getPort()),
            (int) deadline.toMillis());
        return attempt;
      } catch (IOException e) {
        attempt.close();
        failure = e;
      }
    }
    throw failure;
  }

  /// Whether the other side has not closed: it never sends anything else.
  private boolean alive(Socket open) {
    try {
      open.setSoTimeout(1);
      return open.getInputStream().read() >= 0;
    } catch (SocketTimeoutException _) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private void drop() {
    try {
      close();
    } catch (IOException _) {
      // It is given up anyway.
    }
  }

  @Override
  public void close() throws IOException {
    Connection open = connection;
    connection = null;
    if (open != null) {
      watched(open.below(), open.secure()::close);
    }
  }
}
