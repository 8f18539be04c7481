package io.graftwatch.core.run;

import io.graftwatch.core.enrol.TrustFolder;
import io.graftwatch.core.host.Machine;
import io.graftwatch.delivery.enrol.IssuedIdentity;
import io.graftwatch.delivery.finding.Device;
import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who this agent and its host are, as findings and heartbeats say it.
///
/// @param agentId what enrolment gave; null before
/// @param hostname `[agent] host`
/// @param version of the agent
/// @param addresses the host's own, textual
record Identity(
    @Nullable String agentId,
    String hostname,
    String version,
    Machine machine,
    List<String> addresses) {

  static Identity of(TrustFolder trust, String hostname, String version) throws IOException {
    IssuedIdentity issued = trust.identity();
    return new Identity(
        issued == null ? null : issued.agentId(), hostname, version, Machine.read(), own());
  }

  /// The header that every request carries needs some name; before enrolment it is the host's.
  String agentName() {
    return agentId == null ? hostname : agentId;
  }

  Device device() {
    var os =
        new Device.Os(
            machine.os(),
            switch (Machine.platform()) {
              case "windows" -> 100;
              case "macos" -> 300;
              default -> 200;
            },
            null,
            null,
            System.getProperty("os.version"));
    String address =
        addresses.stream()
            .filter(a -> !a.startsWith("127.") && !a.equals("::1"))
            .findFirst()
            .orElse(null);
    return new Device(
        machine.machineId().isEmpty() ? null : machine.machineId(),
        hostname,
        address,
        machine.bootId().isEmpty() ? null : machine.bootId(),
        os,
        List.of(new Device.Agent("Graftwatch", 1, agentId, version)));
  }

  /// An ESXi host that this agent looks after.
  Device remote(String host) {
    return new Device(
        null,
        host,
        null,
        null,
        new Device.Os("ESXi", 99, "ESXi", null, null),
        List.of(new Device.Agent("Graftwatch", 1, agentId, version)));
  }

  private static List<String> own() {
    var all = new ArrayList<String>();
    try {
      NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .forEach(address -> {
            String text = address.getHostAddress();
            int zone = text.indexOf('%');
            byte[] bytes = address.getAddress();
            all.add(
                zone < 0 && bytes.length == 4
                    ? text
                    : io.graftwatch.core.config.Addresses.format(bytes));
          });
    } catch (SocketException _) {
      // Without them an own address is only known once a source names it.
    }
    return List.copyOf(all);
  }
}
