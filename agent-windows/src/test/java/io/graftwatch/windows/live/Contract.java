package io.graftwatch.windows.live;

import com.sun.jna.Library;
import com.sun.jna.Native;
import io.graftwatch.windows.win32.EventLog;
import io.graftwatch.windows.win32.EventLogException;
import io.graftwatch.windows.win32.EvtApi;
import io.graftwatch.windows.win32.WaitApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// src/test/resources/contract/wevtapi.c, compiled and loaded once.
final class Contract {
  private static final String SECURITY = "Security";

  /// What a test may do to the logs.
  interface Control extends Library {
    int test_channel(String name, int enabled, long capacity);

    long test_append(int channel, byte[] xml, int bytes);

    void test_drop(int channel, long oldest);

    void test_restart(int channel);

    void test_fail(String call, int code, int after);

    int test_open_handles();

    void test_reset();
  }

  final EvtApi evt;
  final WaitApi waits;
  final Control control;

  private Contract(String library) {
    evt = Native.load(library, EvtApi.class);
    waits = Native.load(library, WaitApi.class);
    control = Native.load(library, Control.class);
  }

  static boolean canBeBuilt() {
    return Files.isExecutable(Path.of("/usr/bin/gcc"));
  }

  static Contract build(Path folder) throws IOException, InterruptedException {
    Path library = folder.resolve("libwevtapi.so");
    Process gcc =
        new ProcessBuilder(
                "gcc",
                "-shared",
                "-fPIC",
                "-O1",
                "-o",
                library.toString(),
                "src/test/resources/contract/wevtapi.c",
                "-lpthread")
            .inheritIO()
            .start();
    if (gcc.waitFor() != 0) {
      throw new IOException("gcc ended with " + gcc.exitValue());
    }
    return new Contract(library.toString());
  }

  EventLog log() throws EventLogException {
    return new EventLog(evt, waits);
  }

  /// Appends a process start to a channel.
  ///
  /// @return its record number
  long start(int channel, long record, int pid, String commandLine) {
    String xml =
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider"
            + " Name='Microsoft-Windows-Security-Auditing'/><EventID>4688</EventID><Version>2</Version>"
            + "<TimeCreated SystemTime='2026-03-02T09:15:00.0000000Z'/><EventRecordID>"
            + record
            + "</EventRecordID><Channel>"
            + SECURITY
            + "</Channel><Computer>web01</Computer></System><EventData>"
            + "<Data Name='NewProcessId'>"
            + pid
            + "</Data><Data Name='NewProcessName'>C:\\Windows\\System32\\cmd.exe</Data>"
            + "<Data Name='ProcessId'>0x1</Data><Data Name='CommandLine'>"
            + commandLine
            + "</Data></EventData></Event>";
    byte[] wide = xml.getBytes(StandardCharsets.UTF_16LE);
    return control.test_append(channel, wide, wide.length);
  }
}
