package io.graftwatch.delivery.output;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The HTTP proxy in front of the way out; one setting for every connection.
///
/// @param user and password for Basic authentication, null for none
public record ProxySetting(
    String host, int port, @Nullable String user, @Nullable String password) {
  /// Decides on the proxy for a host: what is configured, else HTTPS_PROXY and NO_PROXY as curl
  /// understands them.
  ///
  /// @param configured `http://user:password@host:port`, `none`, or null when not configured
  /// @return null for a direct connection
  /// @throws IllegalArgumentException when the URL is none; the message holds no password
  public static @Nullable ProxySetting choose(
      @Nullable String configured, Map<String, String> environment, String target) {
    if (configured != null) {
      return configured.equals("none") ? null : parse(configured);
    }
    String url = either(environment, "https_proxy");
    return url == null || url.isEmpty() || isExempt(either(environment, "no_proxy"), target)
        ? null
        : parse(url);
  }

  private static ProxySetting parse(String url) {
    try {
      URI uri = new URI(url.contains("://") ? url : "http://" + url);
      if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
        throw new IllegalArgumentException("a proxy is http://[user:password@]host:port");
      }
      String login = uri.getUserInfo();
      int colon = login == null ? -1 : login.indexOf(':');
      return new ProxySetting(
          uri.getHost(),
          uri.getPort() < 0 ? 8080 : uri.getPort(),
          login == null ? null : colon < 0 ? login : login.substring(0, colon),
          login == null ? null : colon < 0 ? "" : login.substring(colon + 1));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("a proxy is http://[user:password@]host:port");
    }
  }

  private static @Nullable String either(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value != null ? value : environment.get(name.toUpperCase(Locale.ROOT));
  }

  /// NO_PROXY: host names with all below them, `*` for everything.
  private static boolean isExempt(@Nullable String list, String target) {
    if (list == null) {
      return false;
    }
    String host = target.toLowerCase(Locale.ROOT);
    for (String entry : list.toLowerCase(Locale.ROOT).split(",", -1)) {
      String name = entry.strip();
      name = name.startsWith(".") ? name.substring(1) : name;
      if (name.equals("*")
          || (!name.isEmpty() && (host.equals(name) || host.endsWith("." + name)))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
