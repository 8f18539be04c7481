package io.graftwatch.esxi.receive;

import io.graftwatch.core.line.Line;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.esxi.line.Frames;
import io.graftwatch.esxi.map.EsxiReader;

/// A sender whose messages are heard, and how far.
///
/// @param host whose messages they are
record Hearing(String host, EsxiReader reader) {
  /// Reads all whole messages.
  ///
  /// @return how many
  int read(Frames frames, Peer peer, Line line, FactSink sink) {
    int messages = 0;
    while (frames.next()) {
      messages++;
      line.at(frames.buffer(), frames.from(), frames.to(), peer.next(), frames.cut(), true);
      reader.read(line, frames.lines(), frames.broken(), sink);
    }
    return messages;
  }

  /// At the end of a connection: what stands there unfinished is one message.
  int rest(Frames frames, Peer peer, Line line, FactSink sink) {
    if (!frames.rest()) {
      return 0;
    }
    line.at(frames.buffer(), frames.from(), frames.to(), peer.next(), frames.cut(), false);
    reader.read(line, frames.lines(), frames.broken(), sink);
    return 1;
  }
}
