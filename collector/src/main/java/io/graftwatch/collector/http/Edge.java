package io.graftwatch.collector.http;

import io.graftwatch.collector.store.StoreException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.tinylog.Logger;

/// Where errors stop being values: finds the route of a request, runs it, and turns whatever went
/// wrong into an answer. Every answer carries the headers of its listener.
final class Edge extends Handler.Abstract {
  private static final int RETRY_SECONDS = 5;
  private static final int MAX_DRAINED = 2 << 20;
  private static final int STREAM_BYTES = 32 * 1024;

  private final Site site;
  private final InstantSource clock;

  Edge(Site site, InstantSource clock) {
    this.site = site;
    this.clock = clock;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Call call = new Call(request, Map.of(), clock.millis());
    Reply reply;
    try {
      Router.Match match = site.router().match(request.getMethod(), call.path());
      call = new Call(request, match.names(), call.now());
      reply = match.endpoint().answer(call);
    } catch (Refusal e) {
      reply = refused(call, e);
    } catch (StoreException e) {
      Logger.error("{} {}: {}", call.method(), call.path(), e.getMessage());
      reply =
          refused(
              call,
              Refusal.retry(503, "store_unavailable", "the store cannot do it now", RETRY_SECONDS));
    } catch (RuntimeException e) {
      Logger.error(e, "{} {} failed", call.method(), call.path());
      reply = refused(call, Refusal.of(500, "internal", "the collector failed; its log says why"));
    }
    send(request, response, callback, reply);
    return true;
  }

  private Reply refused(Call call, Refusal refusal) {
    Reply reply = site.refused().answer(call, refusal);
    for (Reply.Header header : refusal.headers()) {
      reply = reply.with(header.name(), header.value());
    }
    return reply;
  }

  private void send(Request request, Response response, Callback callback, Reply reply) {
    response.setStatus(reply.status());
    HttpFields.Mutable headers = response.getHeaders();
    site.headers().forEach(headers::put);
    if (!reply.type().isEmpty()) {
      headers.put(HttpHeader.CONTENT_TYPE, reply.type());
    }
    for (Reply.Header header : reply.headers()) {
      if (header.name().equals("Set-Cookie")) {
        headers.add(header.name(), header.value());
      } else {
        headers.put(header.name(), header.value());
      }
    }
    if (reply.status() >= 400 && !drained(request)) {
      headers.put(HttpHeader.CONNECTION, "close");
    }
    boolean head = request.getMethod().equals("HEAD");
    switch (reply.body()) {
      case Reply.Whole whole -> {
        byte[] body = whole.bytes();
        headers.put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, head ? ByteBuffer.allocate(0) : ByteBuffer.wrap(body), callback);
      }
      case Reply.Stream _ when head -> response.write(true, ByteBuffer.allocate(0), callback);
      case Reply.Stream stream -> stream(stream, request, response, callback);
    }
  }

  /// The stream is closed only when it is whole: closing is what tells the client so.
  @SuppressWarnings("resource")
  private static void stream(
      Reply.Stream body, Request request, Response response, Callback callback) {
    OutputStream out =
        new BufferedOutputStream(Content.Sink.asOutputStream(response), STREAM_BYTES);
    try {
      body.writeTo(out);
      out.close();
      callback.succeeded();
    } catch (IOException e) {
      callback.failed(e);
    } catch (StoreException | RuntimeException e) {
      Logger.error("{} broke off: {}", Request.getPathInContext(request), e.getMessage());
      callback.failed(e);
    }
  }

  /// Reads what is left of a body that is not too long, so that a client that is refused while it
  /// sends sees the answer rather than a broken pipe.
  private static boolean drained(Request request) {
    if (request.getLength() > MAX_DRAINED) {
      return false;
    }
    try (InputStream in = Request.asInputStream(request)) {
      return in.skip(MAX_DRAINED + 1L) <= MAX_DRAINED;
    } catch (IOException _) {
      return false;
    }
  }
}
