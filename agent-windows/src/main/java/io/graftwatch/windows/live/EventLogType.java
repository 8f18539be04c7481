package io.graftwatch.windows.live;

import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.windows.win32.EventLog;
import io.graftwatch.windows.win32.EventLogException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The Event Log of a Windows host, live.
public final class EventLogType implements SourceType {
  static final String KIND = "eventlog";

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Applicability probe(Host host) {
    if (!host.os().equals("windows")) {
      return new Applicability.Unusable(
          "this is no Windows.", "Recordings: `graftwatch replay winevent-xml=PATH` or evtx=PATH.");
    }
    try (EventLog log = EventLog.ofHost()) {
      return probe(log);
    } catch (EventLogException | LinkageError e) {
      return new Applicability.Unusable(
          "the Event Log cannot be reached: " + e.getMessage(),
          "Start the service EventLog: `sc start EventLog`.");
    }
  }

  /// What each channel lacks, with the command that switches it on.
  static Applicability probe(EventLog log) {
    var lacks = new ArrayList<Applicability.Lack>();
    boolean any = false;
    for (Channel channel : Channel.ALL) {
      try {
        boolean enabled = log.enabled(channel.name());
        any |= enabled;
        if (!enabled) {
          lacks.add(lack(channel, "is off"));
        }
      } catch (EventLogException e) {
        if (channel.required() || e.code() != EventLogException.CHANNEL_NOT_FOUND) {
          lacks.add(lack(channel, e.code() == 15007 ? "is not there" : "gives error " + e.code()));
        }
      }
    }
    return any
        ? new Applicability.Usable(lacks)
        : new Applicability.Unusable(
            "no channel can be read.", "Run as SYSTEM, or join the group Event Log Readers.");
  }

  private static Applicability.Lack lack(Channel channel, String state) {
    return new Applicability.Lack(
        "channel " + channel.name() + " " + state + ": " + channel.without(), channel.remedy());
  }

  @Override
  public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) throws IOException {
    return new EventLogSource(
        EventLog.ofHost(), List.copyOf(Channel.ALL), from, InstantSource.system());
  }

  @Override
  public @Nullable Source replay(Recording recording) {
    return null;
  }
}
