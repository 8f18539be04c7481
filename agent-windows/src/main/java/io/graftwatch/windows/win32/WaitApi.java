package io.graftwatch.windows.win32;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/// The waiting part of kernel32.dll.
public interface WaitApi extends Library {
  int TIMEOUT = 0x102;
  int MAX_OBJECTS = 64;

  @Nullable Pointer CreateEventW(
      @Nullable Pointer attributes, boolean manualReset, boolean initial, byte @Nullable [] name);

  boolean SetEvent(Pointer event);

  boolean ResetEvent(Pointer event);

  int WaitForMultipleObjects(int count, Pointer[] handles, boolean all, int millis);

  boolean CloseHandle(Pointer handle);
}
