package io.graftwatch.delivery.output;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/// Failures of a connection as one sentence: what, where, what was seen.
final class Problems {
  private Problems() {}

  /// @param where host and port, and the proxy if there is one
  static String sentence(String where, Trust trust, IOException e) {
    if (e instanceof SSLException) {
      return tls(where, trust, e);
    }
    return switch (e) {
      case UnknownHostException _ -> "the name of %s cannot be resolved".formatted(where);
      case ConnectException _ -> "%s does not accept connections".formatted(where);
      case SocketTimeoutException _ -> "%s did not answer in time".formatted(where);
      case InterruptedIOException _ -> "%s did not answer in time".formatted(where);
      default -> "the connection to %s broke: %s".formatted(where, e.getMessage());
    };
  }

  private static String tls(String where, Trust trust, IOException e) {
    List<X509Certificate> chain = trust.presented();
    if (chain.isEmpty()) {
      return "TLS with %s failed before it showed a certificate: %s"
          .formatted(where, root(e).getMessage());
    }
    X509Certificate shown = chain.getFirst();
    return "TLS with %s failed: %s. It showed %s for %s, issued by %s, valid %s to %s; trusted is %s"
        .formatted(
            where,
            reason(e, shown),
            shown.getSubjectX500Principal(),
            names(shown),
            shown.getIssuerX500Principal(),
            day(shown.getNotBefore().toInstant()),
            day(shown.getNotAfter().toInstant()),
            trust.source());
  }

  private static @Nullable String reason(IOException e, X509Certificate shown) {
    if (e instanceof SSLPeerUnverifiedException) {
      return "the certificate is for other names";
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case CertificateExpiredException _ -> {
          return "a certificate has expired";
        }
        case CertificateNotYetValidException _ -> {
          return "a certificate is not valid yet (is the clock right?)";
        }
        case CertPathValidatorException path
            when path.getReason() == BasicReason.INVALID_SIGNATURE -> {
          return "the certificate is not signed by the trusted authority of that name";
        }
        case CertPathBuilderException _ -> {
          return shown.getSubjectX500Principal().equals(shown.getIssuerX500Principal())
              ? "the certificate is self-signed and not trusted"
              : "the certificate comes from an authority that is not trusted";
        }
        default -> {}
      }
    }
    return root(e).getMessage();
  }

  private static Throwable root(Throwable e) {
    Throwable root = e;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return root;
  }

  private static List<Object> names(X509Certificate certificate) {
    var names = new ArrayList<Object>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        alternatives.stream().limit(8).forEach(name -> names.add(name.get(1)));
      }
    } catch (CertificateParsingException e) {
      names.add("unreadable names");
    }
    return names;
  }

  private static String day(Instant time) {
    return time.toString().substring(0, 10);
  }
}
