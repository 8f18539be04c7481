package io.graftwatch.delivery.output;

import io.graftwatch.delivery.journal.Pending;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// Records as one body. They are JSON already; nothing is parsed or copied twice.
final class Batches {
  /// What the collector takes in one request.
  static final int MAX_RECORDS = 500;

  static final int MAX_BYTES = 1 << 20;

  private Batches() {}

  /// @return a JSON array, gzip
  static byte[] array(List<Pending> records) {
    var bytes = new ByteArrayOutputStream(4096);
    try (var gzip = new GZIPOutputStream(bytes)) {
      char before = '[';
      for (Pending record : records) {
        gzip.write(before);
        gzip.write(record.payload());
        before = ',';
      }
      gzip.write(']');
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  static byte[] gzip(byte[] json) {
    var bytes = new ByteArrayOutputStream(1024);
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }
}
