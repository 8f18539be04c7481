package io.graftwatch.delivery.output;

import io.graftwatch.delivery.output.HttpsPlace.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/// Any HTTPS service that takes JSON: an array, or a line for each finding. With a secret, a header
/// says when it was sent and signs that time and the body, so that the receiver can refuse what we
/// did not send and what is old:
///
/// `Graftwatch-Signature: t=SECONDS,v1=HEX` where HEX is HMAC-SHA256 of `SECONDS.BODY`, the body
/// before compression.
final class WebhookFormat implements HttpFormat {
  private final boolean lines;
  private final @Nullable Path secretFile;
  private final InstantSource clock;

  /// @param lines NDJSON in place of an array
  /// @param secretFile what both sides know; null for no signature
  WebhookFormat(boolean lines, @Nullable Path secretFile, InstantSource clock) {
    this.lines = lines;
    this.secretFile = secretFile;
    this.clock = clock;
  }

  @Override
  public String scheme() {
    return "Bearer";
  }

  @Override
  public HttpUrl url(HttpUrl configured) {
    return configured;
  }

  @Override
  public String contentType() {
    return lines ? "application/x-ndjson" : "application/json";
  }

  @Override
  public byte[] body(List<Finding> findings) {
    var out = new ByteArrayOutputStream();
    for (Finding finding : findings) {
      if (!lines) {
        out.write(out.size() == 0 ? '[' : ',');
      }
      out.writeBytes(finding.payload());
      if (lines) {
        out.write('\n');
      }
    }
    if (!lines) {
      out.write(']');
    }
    return out.toByteArray();
  }

  @Override
  public Map<String, String> headers(byte[] body) throws IOException {
    if (secretFile == null) {
      return Map.of();
    }
    long seconds = clock.instant().getEpochSecond();
    byte[] secret =
        Files.readString(secretFile, StandardCharsets.UTF_8)
            .strip()
            .getBytes(StandardCharsets.UTF_8);
    return Map.of("Graftwatch-Signature", "t=" + seconds + ",v1=" + sign(secret, seconds, body));
  }

  static String sign(byte[] secret, long seconds, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      mac.update((seconds + ".").getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
    }
  }

  @Override
  public Output.Answer judge(Reply.Answer answer, int records, Exchange exchange) {
    return answer.successful()
        ? HttpOutput.taken(records)
        : new Output.Answer.Refused(
            "refused (%d): %s".formatted(answer.status(), HttpOutput.excerpt(answer.body())));
  }
}
