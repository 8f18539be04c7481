package io.graftwatch.esxi.receive;

import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.esxi.map.EsxiRecording;
import io.graftwatch.esxi.map.OwnSessions;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What ESXi hosts send by syslog, received or recorded.
///
/// @param own the agent's own sessions on the hosts, which it must not find
public record SyslogType(OwnSessions own) implements SourceType {
  private static final String NO_TICKETS = "jdk.tls.server.newSessionTicketCount";

  @Override
  public String kind() {
    return "esxi-syslog";
  }

  @Override
  public Applicability probe(Host host) {
    return Applicability.usable();
  }

  @Override
  public List<String> advice() {
    return List.of(
        "Syslog.global.logHost = ssl://ADDRESS:PORT?formatter=RFC_5424&framing=octet_counting on each"
            + " ESXi 8 host, ssl://ADDRESS:PORT before 8: a line feed in a message does no harm then",
        "Syslog.global.remoteHost.maxMsgLen = 16384: at 1024, ESXi's default, the list of installed"
            + " VIBs is cut off, and with it the name of the one that came",
        "the firewall ruleset 'syslog' to enabled, and log levels no lower than info");
  }

  @Override
  public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) throws IOException {
    ListenConfig listen = ListenConfig.of(config);
    if (listen.tls() != null && !"0".equals(System.getProperty(NO_TICKETS))) {
      throw new IOException(
          "tls loses the end of what a sender that never reads has sent, unless the agent is run"
              + " with -D"
              + NO_TICKETS
              + "=0");
    }
    return new SyslogReceiver(kind(), listen, from, InstantSource.system(), own);
  }

  @Override
  public Source replay(Recording recording) throws IOException {
    return new EsxiRecording(kind(), true, recording);
  }
}
