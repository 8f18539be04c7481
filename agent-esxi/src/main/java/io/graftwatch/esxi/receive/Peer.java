package io.graftwatch.esxi.receive;

import io.graftwatch.esxi.line.Frames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// One connection of a sender, plain.
class Peer implements AutoCloseable {
  private final SocketChannel channel;
  private final Frames frames;
  private long number;

  /// Who it is; null until that is known.
  volatile @Nullable Hearing hearing;

  /// What of [#held] the receiver has added up.
  int accounted;

  Peer(SocketChannel channel) {
    this.channel = channel;
    this.frames = new Frames(Frames.SHORT_BLOCK, true, false);
  }

  SocketChannel channel() {
    return channel;
  }

  Frames frames() {
    return frames;
  }

  long next() {
    return ++number;
  }

  /// Bytes of messages, as [Frames.Input].
  ///
  /// @return 0 when there are none now, -1 when there will be none
  int read(byte[] buffer, int offset, int length) throws IOException {
    return channel.read(ByteBuffer.wrap(buffer, offset, length));
  }

  /// Whether it has shown who it is.
  boolean ready() {
    return true;
  }

  /// Bytes of buffers that it holds.
  int held() {
    return frames.buffer().length;
  }

  /// Sends what is left to be sent.
  ///
  /// @return whether something is left still
  boolean flush() throws IOException {
    return false;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
