package io.graftwatch.windows.win32;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One pulled subscription, with its signal and its render buffer.
public final class Subscription implements AutoCloseable {
  private static final int FIRST_BUFFER = 16 * 1024;
  private static final int LARGEST_BUFFER = 1 << 20;

  private final EvtApi evt;
  private final WaitApi waits;
  private final Pointer handle;
  private final Pointer signal;
  private Memory buffer = new Memory(FIRST_BUFFER);

  Subscription(EvtApi evt, WaitApi waits, Pointer handle, Pointer signal) {
    this.evt = evt;
    this.waits = waits;
    this.handle = handle;
    this.signal = signal;
  }

  Pointer signal() {
    return signal;
  }

  /// Takes the signal back: before draining, or a record that comes in meanwhile is not told.
  public void reset() {
    waits.ResetEvent(signal);
  }

  /// Hands out the next records as XML.
  ///
  /// @param max most records at once
  /// @return how many there were; 0 = none now
  public int next(int max, Consumer<String> out) throws EventLogException {
    var events = new @Nullable Pointer[max];
    var returned = new IntByReference();
    if (!evt.EvtNext(handle, max, events, 0, 0, returned)) {
      EventLogException failure = EventLog.failure("EvtNext", Native.getLastError());
      if (failure != null) {
        throw failure;
      }
      return 0;
    }
    int count = returned.getValue();
    int done = 0;
    try {
      for (; done < count; done++) {
        Pointer event = events[done];
        if (event != null) {
          String xml = render(event);
          evt.EvtClose(event);
          events[done] = null;
          out.accept(xml);
        }
      }
    } finally {
      for (int i = 0; i < count; i++) {
        Pointer event = events[i];
        if (event != null) {
          evt.EvtClose(event);
        }
      }
    }
    return count;
  }

  private String render(Pointer event) throws EventLogException {
    var used = new IntByReference();
    var properties = new IntByReference();
    while (!evt.EvtRender(
        null, event, EvtApi.RENDER_XML, (int) buffer.size(), buffer, used, properties)) {
      int code = Native.getLastError();
      int wanted = used.getValue();
      if (code != EventLogException.INSUFFICIENT_BUFFER
          || wanted <= buffer.size()
          || wanted > LARGEST_BUFFER) {
        throw new EventLogException("EvtRender", code);
      }
      buffer.close();
      buffer = new Memory(wanted);
    }
    String xml = new String(buffer.getByteArray(0, used.getValue()), StandardCharsets.UTF_16LE);
    int end = xml.indexOf('\0');
    return end < 0 ? xml : xml.substring(0, end);
  }

  @Override
  public void close() {
    evt.EvtClose(handle);
    waits.CloseHandle(signal);
    buffer.close();
  }
}
