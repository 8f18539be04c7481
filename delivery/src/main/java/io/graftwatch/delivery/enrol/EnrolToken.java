package io.graftwatch.delivery.enrol;

/// A one-time right to become an agent: `gw1.<host:port>.<pin>.<token id>.<secret>`.
///
/// It reaches the agent through a file or standard input, never as an argument. Host names hold
/// dots, so it is split from the right.
///
/// @param address host and port of the collector's enrolment port: `collector.example.net:9443`, an
///   IPv6 address in brackets
/// @param pin of the collector's certificate authority, checked before the secret is sent
/// @param tokenId names the token at the collector; not secret
/// @param secret 128 random bits, base64url without padding
public record EnrolToken(String address, CaPin pin, String tokenId, String secret) {
  private static final String SCHEME = "gw1.";
  private static final int MAX_LENGTH = 512;

  public EnrolToken {
    int colon = address.lastIndexOf(':');
    if (colon < 1 || !isPort(address.substring(colon + 1))) {
      throw new IllegalArgumentException("enrolment token: '" + address + "' is not host:port");
    }
    if (tokenId.isEmpty() || secret.isEmpty()) {
      throw new IllegalArgumentException("enrolment token: it is cut off");
    }
  }

  /// @throws IllegalArgumentException with a sentence that does not repeat the secret
  public static EnrolToken parse(String text) {
    String token = text.strip();
    if (token.length() > MAX_LENGTH || !token.startsWith(SCHEME)) {
      throw new IllegalArgumentException(
          "not an enrolment token: it begins with gw1. and comes from 'token create'");
    }
    int secret = token.lastIndexOf('.');
    int id = token.lastIndexOf('.', secret - 1);
    int pin = token.lastIndexOf('.', id - 1);
    if (pin < SCHEME.length()) {
      throw new IllegalArgumentException("enrolment token: it is cut off");
    }
    return new EnrolToken(
        token.substring(SCHEME.length(), pin),
        CaPin.parse(token.substring(pin + 1, id)),
        token.substring(id + 1, secret),
        token.substring(secret + 1));
  }

  public String host() {
    String host = address.substring(0, address.lastIndexOf(':'));
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  public int port() {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /// The whole token, secret included: for the one who hands it over.
  public String text() {
    return SCHEME + address + "." + pin + "." + tokenId + "." + secret;
  }

  /// Without the secret, so that no log ever holds it.
  @Override
  public String toString() {
    return SCHEME + address + "." + pin + "." + tokenId + ".…";
  }

  private static boolean isPort(String text) {
    if (text.isEmpty() || text.length() > 5) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    int port = Integer.parseInt(text);
    return port > 0 && port < 65536;
  }
}
