package io.graftwatch.windows.evtx;

import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineParser;
import io.graftwatch.core.line.LineRecording;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/// An .evtx file, read chunk by chunk in the order of its record numbers: a full log goes round,
/// and its oldest chunk stands anywhere.
final class EvtxRecording implements Source {
  private static final int FILE_HEADER = 4096;
  private static final long SIGNATURE = 0x0065_6C69_4666_6C45L; // "ElfFile\0"
  private static final int CHUNK_HEADER = 128;

  private record Place(long offset, long firstRecord) {}

  private final FileChannel file;
  private final LineParser parser;
  private final SourceCounters counters = new SourceCounters();
  private final Chunk chunk;
  private final Line line = new Line();
  private final List<Place> places;
  private int next;
  private long number;

  /// @param wanted the EventIDs that can matter
  /// @throws IOException when the file cannot be read or is no event log
  EvtxRecording(Path path, LineParser parser, IntPredicate wanted) throws IOException {
    this.file = FileChannel.open(path, StandardOpenOption.READ);
    this.parser = parser;
    this.chunk = new Chunk(wanted);
    try {
      this.places = places(path);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private List<Place> places(Path path) throws IOException {
    var header = new Bytes(read(0, CHUNK_HEADER));
    if (header.i64(0) != SIGNATURE) {
      throw new IOException(path + " is no .evtx file: it does not begin with ElfFile");
    }
    int block = header.u16(40);
    long from = block >= CHUNK_HEADER && block <= FILE_HEADER ? block : FILE_HEADER;
    var found = new ArrayList<Place>();
    for (long offset = from; offset < file.size(); offset += Chunk.SIZE) {
      var head = new Bytes(read(offset, CHUNK_HEADER));
      if (Chunk.isChunk(head)) {
        found.add(new Place(offset, head.i64(8)));
      } else if (head.i64(0) != 0) {
        counters.note("damaged_chunk", 1);
        counters.malformed(1);
      }
    }
    found.sort(Comparator.comparingLong(Place::firstRecord));
    return found;
  }

  /// The bytes there; zeros beyond the end of the file.
  private byte[] read(long offset, int size) throws IOException {
    byte[] bytes = new byte[size];
    fill(bytes, offset);
    return bytes;
  }

  private void fill(byte[] bytes, long offset) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long at = offset;
    while (buffer.hasRemaining()) {
      int read = file.read(buffer, at);
      if (read < 0) {
        break;
      }
      at += read;
    }
    Arrays.fill(bytes, buffer.position(), bytes.length, (byte) 0);
  }

  @Override
  public int pump(FactSink sink, int limit) throws IOException {
    if (next == places.size()) {
      return -1;
    }
    fill(chunk.bytes(), places.get(next++).offset);
    long before = number;
    boolean _ =
        chunk.read(
            new Chunk.Sink() {
              @Override
              public void record(byte[] xml, int length) {
                line.at(xml, 0, length, ++number, false, true);
                LineRecording.count(parser, line, sink, counters);
              }

              @Override
              public void unwanted() {
                number++;
                counters.filtered(1);
              }

              @Override
              public void malformed() {
                number++;
                counters.malformed(1);
              }

              @Override
              public void unsealed() {
                counters.note("unsealed_chunk", 1);
              }
            });
    return (int) (number - before);
  }

  @Override
  public void wake() {}

  @Override
  public Checkpoint position() {
    return Checkpoint.START;
  }

  @Override
  public SourceCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
