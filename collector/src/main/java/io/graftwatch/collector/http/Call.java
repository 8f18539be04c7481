package io.graftwatch.collector.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Map;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/// A request as endpoints see it.
public final class Call {
  private final Request request;
  private final Map<String, String> names;
  private final long now;
  private @Nullable Fields query;
  private @Nullable Form form;

  Call(Request request, Map<String, String> names, long now) {
    this.request = request;
    this.names = names;
    this.now = now;
  }

  /// Milliseconds since the epoch, by this collector's clock.
  public long now() {
    return now;
  }

  public String method() {
    return request.getMethod();
  }

  public String path() {
    return Request.getPathInContext(request);
  }

  /// What stands for `{name}` in the route.
  public String name(String name) {
    String value = names.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no {" + name + "}");
    }
    return value;
  }

  /// @return null when it is missing or empty
  public @Nullable String query(String name) {
    Fields fields = query;
    if (fields == null) {
      fields = Request.extractQueryParameters(request);
      query = fields;
    }
    String value = fields.getValue(name);
    return value == null || value.isEmpty() ? null : value;
  }

  public @Nullable String header(String name) {
    return request.getHeaders().get(name);
  }

  public @Nullable String cookie(String name) {
    for (HttpCookie cookie : Request.getCookies(request)) {
      if (cookie.getName().equals(name)) {
        return cookie.getValue();
      }
    }
    return null;
  }

  /// Where the connection comes from.
  public InetAddress remote() {
    return request.getConnectionMetaData().getRemoteSocketAddress()
            instanceof InetSocketAddress remote
        ? remote.getAddress()
        : InetAddress.getLoopbackAddress();
  }

  /// The client certificate that TLS has verified, or null when there is none.
  public @Nullable X509Certificate peer() {
    return request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE)
                instanceof EndPoint.SslSessionData session
            && session.peerCertificates() != null
            && session.peerCertificates().length > 0
        ? session.peerCertificates()[0]
        : null;
  }

  /// The decoded body of a JSON request.
  ///
  /// @throws Refusal 400, 413, 415 or 503
  public byte[] json(Bodies bodies) throws Refusal {
    return bodies.read(request, "application/json");
  }

  /// The posted form, which is read once.
  ///
  /// @throws Refusal 400, 413, 415 or 503
  public Form form(Bodies bodies) throws Refusal {
    Form posted = form;
    if (posted == null) {
      posted = bodies.form(request);
      form = posted;
    }
    return posted;
  }

  /// The form that the gate has read, empty when there was none.
  public Form form() {
    Form posted = form;
    return posted == null ? Form.EMPTY : posted;
  }
}
