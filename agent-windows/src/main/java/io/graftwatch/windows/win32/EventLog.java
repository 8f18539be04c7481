package io.graftwatch.windows.win32;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The event log service of this host.
public final class EventLog implements AutoCloseable {
  private final EvtApi evt;
  private final WaitApi waits;
  private final Pointer stop;

  public EventLog(EvtApi evt, WaitApi waits) throws EventLogException {
    this.evt = evt;
    this.waits = waits;
    this.stop = signal(waits, false);
  }

  /// The host's own, on Windows.
  public static EventLog ofHost() throws EventLogException {
    return new EventLog(
        Native.load("wevtapi", EvtApi.class), Native.load("kernel32", WaitApi.class));
  }

  static byte[] wide(String text) {
    return (text + '\0').getBytes(StandardCharsets.UTF_16LE);
  }

  static Pointer signal(WaitApi waits, boolean set) throws EventLogException {
    Pointer event = waits.CreateEventW(null, true, set, null);
    if (event == null) {
      throw new EventLogException("CreateEvent", Native.getLastError());
    }
    return event;
  }

  /// What a channel holds.
  ///
  /// @param oldest record number of the oldest record
  /// @param records number of records
  public record Extent(long oldest, long records) {
    /// Record number of the newest record, 0 when there is none.
    public long newest() {
      return records == 0 ? 0 : oldest + records - 1;
    }
  }

  public Extent extent(String channel) throws EventLogException {
    Pointer log = evt.EvtOpenLog(null, wide(channel), EvtApi.OPEN_CHANNEL);
    if (log == null) {
      throw new EventLogException("EvtOpenLog", Native.getLastError());
    }
    try {
      return new Extent(property(log, EvtApi.LOG_OLDEST), property(log, EvtApi.LOG_RECORDS));
    } finally {
      evt.EvtClose(log);
    }
  }

  private long property(Pointer log, int property) throws EventLogException {
    try (var variant = new Memory(16)) {
      var used = new IntByReference();
      if (!evt.EvtGetLogInfo(log, property, 16, variant, used)) {
        throw new EventLogException("EvtGetLogInfo", Native.getLastError());
      }
      return variant.getLong(0);
    }
  }

  /// Whether a channel records.
  public boolean enabled(String channel) throws EventLogException {
    Pointer config = evt.EvtOpenChannelConfig(null, wide(channel), 0);
    if (config == null) {
      throw new EventLogException("EvtOpenChannelConfig", Native.getLastError());
    }
    try (var variant = new Memory(16)) {
      var used = new IntByReference();
      boolean known =
          evt.EvtGetChannelConfigProperty(config, EvtApi.CONFIG_ENABLED, 0, 16, variant, used);
      return known && variant.getInt(0) != 0;
    } finally {
      evt.EvtClose(config);
    }
  }

  /// Opens a subscription that is pulled.
  ///
  /// @param query structured query over that channel
  /// @param after record number to go on behind, strictly: it must still be there; -1 = from the
  ///   oldest
  public Subscription subscribe(String channel, String query, long after) throws EventLogException {
    Pointer bookmark = after < 0 ? null : bookmark(channel, after);
    Pointer signal = signal(waits, true);
    try {
      Pointer handle =
          evt.EvtSubscribe(
              null,
              signal,
              wide(channel),
              wide(query),
              bookmark,
              null,
              null,
              after < 0
                  ? EvtApi.SUBSCRIBE_OLDEST
                  : EvtApi.SUBSCRIBE_AFTER_BOOKMARK | EvtApi.SUBSCRIBE_STRICT);
      if (handle == null) {
        int code = Native.getLastError();
        waits.CloseHandle(signal);
        throw new EventLogException("EvtSubscribe to " + channel, code);
      }
      return new Subscription(evt, waits, handle, signal);
    } finally {
      if (bookmark != null) {
        evt.EvtClose(bookmark);
      }
    }
  }

  private Pointer bookmark(String channel, long record) throws EventLogException {
    Pointer bookmark =
        evt.EvtCreateBookmark(
            wide(
                "<BookmarkList><Bookmark Channel='"
                    + channel
                    + "' RecordId='"
                    + record
                    + "' IsCurrent='true'/></BookmarkList>"));
    if (bookmark == null) {
      throw new EventLogException("EvtCreateBookmark", Native.getLastError());
    }
    return bookmark;
  }

  /// Waits until one of the subscriptions has something, [#wake] was called or the time is over.
  public void await(List<Subscription> subscriptions, int millis) {
    int count = Math.min(subscriptions.size(), WaitApi.MAX_OBJECTS - 1);
    var handles = new Pointer[count + 1];
    handles[0] = stop;
    for (int i = 0; i < count; i++) {
      handles[i + 1] = subscriptions.get(i).signal();
    }
    int result = waits.WaitForMultipleObjects(handles.length, handles, false, millis);
    if (result == 0) {
      waits.ResetEvent(stop);
    }
  }

  /// Ends the wait in progress, or the next one. Any thread.
  public void wake() {
    waits.SetEvent(stop);
  }

  @Override
  public void close() {
    waits.CloseHandle(stop);
  }

  /// The last error as an exception, for calls of this package.
  static @Nullable EventLogException failure(String call, int code) {
    return code == EventLogException.NO_MORE_ITEMS ? null : new EventLogException(call, code);
  }
}
