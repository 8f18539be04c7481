package io.graftwatch.esxi.ssh;

import io.graftwatch.core.source.SourceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `[sources.esxi-log]`: which hosts to log in to, as whom, and which logs to read there.
///
/// @param key private key of the agent
/// @param logs paths on the hosts
record TailConfig(List<Target> targets, Path key, List<String> logs) {
  /// A checkpoint has room for so many.
  private static final int MAX_TARGETS = 24;

  private static final int MAX_LOGS = 7;

  /// What ESXi calls its logs.
  private static final List<String> LOGS =
      List.of(
          "/var/run/log/hostd.log",
          "/var/run/log/vobd.log",
          "/var/run/log/shell.log",
          "/var/run/log/auth.log",
          "/var/run/log/esxupdate.log",
          "/var/run/log/vmkernel.log",
          "/var/run/log/syslog.log");

  /// One host.
  ///
  /// @param name as findings name it
  /// @param keyType type of its host key, as `ssh-ed25519`
  /// @param hostKey the key itself
  record Target(
      String name, String user, String address, int port, String keyType, byte[] hostKey) {}

  TailConfig {
    targets = List.copyOf(targets);
    logs = List.copyOf(logs);
  }

  /// @throws IOException with a sentence when the table does not say enough
  static TailConfig of(SourceConfig config) throws IOException {
    Map<String, String> pinned = new HashMap<>();
    for (String line : list(config, "host_keys")) {
      int blank = line.indexOf(' ');
      if (blank <= 0) {
        throw new IOException("host_keys: '" + line + "' is not NAME TYPE KEY");
      }
      pinned.put(line.substring(0, blank), line.substring(blank + 1).strip());
    }
    var targets = new ArrayList<Target>();
    for (String entry : list(config, "hosts")) {
      targets.add(target(entry, pinned));
    }
    Path key = Path.of(config.get("key", ""));
    if (targets.isEmpty() || targets.size() > MAX_TARGETS) {
      throw new IOException("hosts: 1 to " + MAX_TARGETS + " can be read over SSH");
    }
    if (!Files.isReadable(key)) {
      throw new IOException("key: '" + key + "' cannot be read");
    }
    List<String> logs = list(config, "log");
    if (logs.size() > MAX_LOGS) {
      throw new IOException("log: an ESXi host allows for " + MAX_LOGS + " at a time");
    }
    for (String log : logs) {
      if (!log.startsWith("/") || log.indexOf('\'') >= 0) {
        throw new IOException("log: '" + log + "' is not an absolute path");
      }
    }
    return new TailConfig(targets, key, logs.isEmpty() ? LOGS : logs);
  }

  private static Target target(String entry, Map<String, String> pinned) throws IOException {
    int equals = entry.indexOf('=');
    int at = entry.indexOf('@', Math.max(0, equals));
    if (equals <= 0 || at < 0) {
      throw new IOException("hosts: '" + entry + "' is not NAME=USER@ADDRESS[:PORT]");
    }
    String name = entry.substring(0, equals).strip();
    String address = entry.substring(at + 1).strip();
    int colon = address.lastIndexOf(':');
    boolean port = colon > 0 && address.indexOf(':') == colon;
    String key = pinned.get(name);
    if (key == null) {
      throw new IOException(
          "host_keys: none for "
              + name
              + "; take it from the host's console: cat /etc/ssh/ssh_host_ed25519_key.pub");
    }
    String[] words = key.split(" ", -1);
    try {
      return new Target(
          name,
          entry.substring(equals + 1, at).strip(),
          port ? address.substring(0, colon) : address,
          port ? Integer.parseInt(address.substring(colon + 1)) : 22,
          words[0],
          Base64.getDecoder().decode(words.length > 1 ? words[1] : ""));
    } catch (IllegalArgumentException e) {
      throw new IOException("hosts, host_keys: '" + entry + "' cannot be understood", e);
    }
  }

  private static List<String> list(SourceConfig config, String key) {
    String text = config.get(key, "");
    return text.isEmpty() ? List.of() : Arrays.asList(text.split("\n", -1));
  }
}
