package io.graftwatch.collector.support;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Somebody at the console: keeps cookies, and sends forms as a browser does, with the token of the
/// page it saw last.
public final class Browser implements AutoCloseable {
  private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

  private final TestCollector collector;
  private final HttpClient http;
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private String csrf = "";

  public Browser(TestCollector collector) throws Exception {
    this.collector = collector;
    this.http = Tls.trusting(collector.authority());
  }

  /// With a session that was begun elsewhere.
  public Browser with(String session) {
    cookies.put("__Host-graftwatch", session);
    return this;
  }

  public HttpResponse<String> get(String path) throws Exception {
    return send(request(path).GET());
  }

  /// @param fields names and values in turn
  public HttpResponse<String> post(String path, String... fields) throws Exception {
    var body = new ArrayList<String>();
    body.add("csrf=" + csrf);
    for (int i = 0; i < fields.length; i += 2) {
      body.add(fields[i] + "=" + URLEncoder.encode(fields[i + 1], StandardCharsets.UTF_8));
    }
    return send(
        request(path)
            .header("Sec-Fetch-Site", "same-origin")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(String.join("&", body))));
  }

  private HttpRequest.Builder request(String path) {
    var request =
        HttpRequest.newBuilder(URI.create(collector.consoleUrl() + path))
            .timeout(Duration.ofSeconds(30));
    cookies.forEach((name, value) -> request.header("Cookie", name + "=" + value));
    return request;
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> reply = http.send(request.build(), BodyHandlers.ofString());
    for (String cookie : reply.headers().allValues("Set-Cookie")) {
      cookies.put(
          cookie.substring(0, cookie.indexOf('=')),
          cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';')));
    }
    Matcher field = CSRF.matcher(reply.body());
    if (field.find()) {
      csrf = field.group(1);
    }
    return reply;
  }

  @Override
  public void close() {
    http.close();
  }
}
