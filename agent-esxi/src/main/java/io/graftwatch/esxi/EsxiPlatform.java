package io.graftwatch.esxi;

import io.graftwatch.core.source.Platform;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.esxi.map.OwnSessions;
import io.graftwatch.esxi.receive.SyslogType;
import io.graftwatch.esxi.ssh.LogType;
import java.time.InstantSource;
import java.util.List;

/// ESXi, watched from outside: what hosts send by syslog, and what stands in their log files.
public final class EsxiPlatform implements Platform {
  @Override
  public String id() {
    return "esxi";
  }

  @Override
  public List<SourceType> sources() {
    var own = new OwnSessions(InstantSource.system());
    return List.of(new SyslogType(own), new LogType(own));
  }
}
