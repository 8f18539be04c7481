package io.graftwatch.collector.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/// Reads request bodies without trusting their size: decompressed in a stream that stops at the
/// limit, and charged to a budget that all requests in flight share.
public final class Bodies {
  private static final int KIB = 1024;
  private static final int BLOCK = 8 * KIB;
  private static final long PATIENCE_MILLIS = 2_000;
  private static final int RETRY_SECONDS = 2;

  private final int limit;
  private final Semaphore freeKib;

  /// @param limit bytes of one body, sent and decompressed
  /// @param inFlight bytes of all bodies that are being read or handled
  public Bodies(int limit, long inFlight) {
    this.limit = limit;
    this.freeKib = new Semaphore((int) Math.min(Integer.MAX_VALUE, inFlight / KIB), true);
  }

  byte[] read(Request request, String type) throws Refusal {
    String given = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    if (given != null && !mediaType(given).equals(type)) {
      throw Refusal.of(415, "unsupported_media_type", "the body must be " + type);
    }
    String encoding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
    boolean gzip = "gzip".equalsIgnoreCase(encoding);
    if (encoding != null && !gzip && !"identity".equalsIgnoreCase(encoding)) {
      throw Refusal.of(415, "unsupported_encoding", "the body must be gzip or plain");
    }
    if (request.getLength() > limit) {
      throw tooLarge();
    }
    int kib = charge(request.getLength(), gzip);
    try {
      return gzip ? gunzip(request) : plain(request);
    } finally {
      freeKib.release(kib);
    }
  }

  Form form(Request request) throws Refusal {
    return Form.of(read(request, "application/x-www-form-urlencoded"));
  }

  private static String mediaType(String header) {
    int semicolon = header.indexOf(';');
    return (semicolon < 0 ? header : header.substring(0, semicolon)).strip();
  }

  /// What is charged is the most that the body can take, since its decompressed size is not known.
  private int charge(long length, boolean gzip) throws Refusal {
    long most = length < 0 || gzip ? Math.min(limit, length < 0 ? limit : length * 32) : length;
    int kib = (int) (most / KIB) + BLOCK / KIB;
    try {
      if (freeKib.tryAcquire(kib, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        return kib;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    throw Refusal.retry(
        503,
        "no_capacity",
        "too many bodies in flight: limits.in_flight_mib is the setting",
        RETRY_SECONDS);
  }

  private byte[] plain(Request request) throws Refusal {
    try (InputStream in = Request.asInputStream(request)) {
      return drain(in);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private byte[] gunzip(Request request) throws Refusal {
    try (InputStream in = new GZIPInputStream(Request.asInputStream(request), BLOCK)) {
      return drain(in);
    } catch (ZipException | EOFException _) {
      throw Refusal.of(400, "malformed_gzip", "the body is not whole gzip");
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private byte[] drain(InputStream in) throws IOException, Refusal {
    var out = new ByteArrayOutputStream(BLOCK);
    byte[] block = new byte[BLOCK];
    for (int count = in.read(block); count >= 0; count = in.read(block)) {
      if (out.size() + count > limit) {
        throw tooLarge();
      }
      out.write(block, 0, count);
    }
    return out.toByteArray();
  }

  private Refusal tooLarge() {
    return Refusal.of(413, "too_large", "a body may have " + limit + " bytes, decompressed");
  }

  private static Refusal broken(@Nullable IOException cause) {
    String reason = cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
    return Refusal.of(400, "broken_body", "the body did not arrive" + reason);
  }
}
