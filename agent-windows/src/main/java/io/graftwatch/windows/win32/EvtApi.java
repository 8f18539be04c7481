package io.graftwatch.windows.win32;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import org.jspecify.annotations.Nullable;

/// wevtapi.dll (winevt.h). Handles are pointers, strings NUL-terminated UTF-16LE; x64 and arm64
/// have one calling convention, so this is a plain library. The last error is read with
/// [com.sun.jna.Native#getLastError] right after the call.
public interface EvtApi extends Library {
  int SUBSCRIBE_OLDEST = 2;
  int SUBSCRIBE_AFTER_BOOKMARK = 3;
  int SUBSCRIBE_STRICT = 0x10000;
  int RENDER_XML = 1;
  int OPEN_CHANNEL = 1;
  int LOG_RECORDS = 5;
  int LOG_OLDEST = 6;
  int CONFIG_ENABLED = 0;

  @Nullable Pointer EvtSubscribe(
      @Nullable Pointer session,
      Pointer signal,
      byte[] channel,
      byte[] query,
      @Nullable Pointer bookmark,
      @Nullable Pointer context,
      @Nullable Pointer callback,
      int flags);

  boolean EvtNext(
      Pointer subscription,
      int size,
      @Nullable Pointer[] events,
      int timeout,
      int flags,
      IntByReference returned);

  boolean EvtRender(
      @Nullable Pointer context,
      Pointer event,
      int flags,
      int size,
      @Nullable Pointer buffer,
      IntByReference used,
      IntByReference properties);

  @Nullable Pointer EvtCreateBookmark(byte[] xml);

  @Nullable Pointer EvtOpenLog(@Nullable Pointer session, byte[] path, int flags);

  boolean EvtGetLogInfo(Pointer log, int property, int size, Pointer variant, IntByReference used);

  @Nullable Pointer EvtOpenChannelConfig(@Nullable Pointer session, byte[] channel, int flags);

  boolean EvtGetChannelConfigProperty(
      Pointer config, int property, int flags, int size, Pointer variant, IntByReference used);

  boolean EvtClose(Pointer handle);
}
