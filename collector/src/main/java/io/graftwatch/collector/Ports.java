package io.graftwatch.collector;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.trust.PrivateFiles;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// `ports.json` in the state folder: where the running collector listens, for the commands that
/// hand out its address and for whoever started it with port 0.
///
/// @param agents port of the agent listener
/// @param console port of the console and of enrolment
/// @param agentUrl for agents
/// @param consoleUrl for a browser on this machine, or anywhere when the console is remote
/// @param pid of the collector
public record Ports(int agents, int console, String agentUrl, String consoleUrl, long pid) {
  private static final String FILE = "ports.json";

  static Ports of(Config config, int agents, int console, long pid) {
    String name = bracketed(config.name());
    String browser = config.console().remote() ? name : "localhost";
    return new Ports(
        agents,
        console,
        "https://" + name + ":" + agents,
        "https://" + browser + ":" + console,
        pid);
  }

  void write(Path stateDir) throws IOException {
    String json = new String(Json.bytes(this), StandardCharsets.UTF_8);
    PrivateFiles.write(stateDir.resolve(FILE), json + "\n");
  }

  /// The ports of the collector that runs or ran here, or those that are configured.
  ///
  /// @throws IOException when neither says
  static Ports read(Config config) throws IOException {
    Path file = config.stateDir().resolve(FILE);
    if (Files.exists(file)) {
      return Json.read(Files.readAllBytes(file), Ports.class);
    }
    int agents = config.agents().port();
    int console = config.console().port();
    if (agents == 0 || console == 0) {
      throw new IOException(
          "the ports are chosen when the collector starts, and it has not run yet: "
              + "start it first with `graftwatch-collector run`");
    }
    return of(config, agents, console, 0);
  }

  /// Host and port for enrolment tokens.
  String enrolAddress(Config config) {
    return bracketed(config.name()) + ":" + console;
  }

  private static String bracketed(String name) {
    return name.indexOf(':') >= 0 ? "[" + name + "]" : name;
  }
}
