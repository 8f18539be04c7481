package io.graftwatch.core.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.core.config.CollectorConfig;
import io.graftwatch.core.config.Config;
import io.graftwatch.core.config.StateFolder;
import io.graftwatch.core.enrol.TrustFolder;
import io.graftwatch.core.host.Machine;
import io.graftwatch.core.run.StatusReader;
import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Measure;
import io.graftwatch.core.source.Platform;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.core.text.Terminal;
import io.graftwatch.delivery.config.ConfigException;
import io.graftwatch.delivery.enrol.IssuedIdentity;
import io.graftwatch.delivery.output.CollectorClient;
import io.graftwatch.delivery.output.CollectorSettings;
import io.graftwatch.delivery.output.ProxySetting;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "graftwatch doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Says what works on this host, what does not, and the command that mends it: each source with"
          + " its rights, the configuration, the state folder, and the way to the collector.",
      "",
      "Run it as the user that the agent runs as. Exits 1 when something that the agent needs does"
          + " not work."
    })
final class DoctorCommand implements Callable<Integer> {
  private static final Duration SOON = Duration.ofDays(7);

  @Mixin private final ConfigOption option = new ConfigOption();

  private boolean broken;

  @Override
  public Integer call() throws ConfigException {
    Config config = option.load();
    configuration(config);
    sources(config);
    collector(config);
    agent(config);
    return broken ? Exit.FAILED : Exit.OK;
  }

  private void configuration(Config config) {
    try {
      if (Files.exists(option.path())) {
        StateFolder.check(option.path());
        fine("configuration", option.path() + " is valid");
      } else {
        fine("configuration", "no file: every key has its default");
      }
      if (Files.exists(config.agent().stateDir())) {
        StateFolder.prepare(config.agent().stateDir());
        fine("state", config.agent().stateDir() + " is the agent's own");
      } else {
        fine("state", config.agent().stateDir() + " will be made when the agent starts");
      }
    } catch (ConfigException e) {
      broken("configuration", String.valueOf(e.getMessage()), null);
    }
  }

  private void sources(Config config) {
    String here = Machine.platform();
    var host =
        new Host(
            config.agent().host(),
            here,
            config.agent().runtimeDir(),
            config.analytics().values("AN1508", "ServerBinaryPath", List.of()));
    boolean any = false;
    for (Platform platform : ServiceLoader.load(Platform.class)) {
      if (!platform.id().equals(here) && !platform.id().equals("esxi")) {
        continue;
      }
      for (SourceType type : platform.sources()) {
        any |= source(config, type, host);
      }
    }
    if (!any) {
      broken("sources", "none can be read here", null);
    }
  }

  private static boolean source(Config config, SourceType type, Host host) {
    if (config.source(type.kind()).mode().equals("off")) {
      System.out.println("  off   " + type.kind());
      return false;
    }
    return switch (type.probe(host)) {
      case Applicability.Usable(var lacks) -> {
        fine("source " + type.kind(), lacks.isEmpty() ? "can be read" : "can be read, but:");
        lacks.forEach(lack -> lacking(lack.what(), lack.remedy()));
        type.advice().forEach(each -> System.out.println("        set " + each));
        yield true;
      }
      case Applicability.Unusable(String reason, String remedy) -> {
        System.out.println("  none  source " + type.kind() + ": " + Terminal.safe(reason));
        mend(remedy);
        yield false;
      }
    };
  }

  private void collector(Config config) {
    CollectorConfig collector = config.collector();
    if (collector == null) {
      System.out.println("  note  no [collector]: findings stay in the journal of this host");
      return;
    }
    IssuedIdentity identity = null;
    try {
      TrustFolder trust = TrustFolder.open(config.agent().stateDir());
      identity = trust.identity();
      identity(identity);
      reach(collector, trust, identity);
    } catch (IOException e) {
      broken("identity", String.valueOf(e.getMessage()), null);
    }
  }

  /// What the running agent says of itself.
  private void agent(Config config) {
    JsonNode status;
    try {
      status = StatusReader.read(config);
    } catch (IOException e) {
      System.out.println("  note  agent: " + Terminal.safe(String.valueOf(e.getMessage())));
      return;
    }
    if (!StatusReader.running(status)) {
      System.out.println("  note  agent: it does not run; start it with `graftwatch run`");
      return;
    }
    long pid = status.path("pid").asLong();
    fine("agent", "it runs as process " + pid);
    sandbox(pid);
    if (status.has("rejected")) {
      broken(
          "agent",
          "CONFIG_REJECTED: " + status.path("rejected").asText(),
          "graftwatch config check");
    }
    for (JsonNode source : status.path("sources")) {
      String state = source.path("state").asText();
      if (state.equals("failed") || state.equals("stalled")) {
        broken(
            "source " + source.path("source").asText(),
            state + ": " + source.path("problem").asText(),
            null);
      } else if (state.equals("running") && source.hasNonNull("problem")) {
        System.out.println(
            "  note  source "
                + Terminal.safe(source.path("source").asText())
                + ": "
                + Terminal.safe(source.path("problem").asText()));
      }
    }
    status.path("problems").forEach(problem -> broken("agent", problem.asText(), null));
    for (JsonNode coverage : status.path("coverage")) {
      if (!coverage.path("level").asText().equals("FULL")) {
        System.out.println(
            "  note  coverage of %s is %s"
                .formatted(
                    Terminal.safe(coverage.path("analytic").asText()),
                    Terminal.safe(coverage.path("level").asText())));
        coverage
            .path("reasons")
            .forEach(reason -> System.out.println("          " + Terminal.safe(reason.asText())));
      }
    }
  }

  /// How the service is confined, as a score. An agent that runs by hand lacks most of it: a note.
  private static void sandbox(long pid) {
    for (Platform platform : ServiceLoader.load(Platform.class)) {
      if (platform.id().equals(Machine.platform())) {
        try {
          score(platform.sandbox(pid));
        } catch (IOException e) {
          System.out.println("  note  sandbox: " + Terminal.safe(String.valueOf(e.getMessage())));
        }
      }
    }
  }

  private static void score(List<Measure> measures) {
    long hold = measures.stream().filter(Measure::holds).count();
    if (measures.isEmpty()) {
      return;
    }
    System.out.printf(
        "  %s  sandbox: %d of %d measures hold%n",
        hold == measures.size() ? "ok  " : "note", hold, measures.size());
    for (Measure measure : measures) {
      if (!measure.holds()) {
        lacking(measure.what(), measure.setting() + " in the service's unit");
      }
    }
  }

  private void identity(@Nullable IssuedIdentity identity) {
    if (identity == null) {
      broken(
          "identity",
          "this host has no certificate; the collector will refuse it",
          "printf %s 'gw1…' | graftwatch enroll");
      return;
    }
    Instant expires = Instant.ofEpochMilli(identity.expires());
    if (expires.isBefore(Instant.now().plus(SOON))) {
      broken("identity", "the certificate ends " + expires, "graftwatch enroll");
    } else {
      fine("identity", "agent " + identity.agentId() + ", certificate until " + expires);
    }
  }

  private void reach(
      CollectorConfig collector, TrustFolder trust, @Nullable IssuedIdentity identity) {
    String proxy = collector.proxy() == null ? null : collector.proxy().toString();
    var settings =
        new CollectorSettings(
            collector.url().toString(),
            collector.caFile(),
            trust.certificateFile(),
            trust.keyFile(),
            ProxySetting.choose(proxy, System.getenv(), collector.url().getHost()),
            CollectorSettings.CONNECT,
            collector.timeout(),
            identity == null ? "doctor" : identity.agentId(),
            "doctor");
    try (var client = new CollectorClient(settings)) {
      switch (client.get("/v1/policy", "doctor")) {
        case CollectorClient.Reply.Body _ -> fine("collector", client.where() + " answers");
        case CollectorClient.Reply.Refusal(int status, var refusal, _) -> {
          if (status == 401 || status == 403) {
            broken(
                "collector",
                client.where() + " does not know this agent: " + refusal.message(),
                "printf %s 'gw1…' | graftwatch enroll");
          } else {
            fine("collector", client.where() + " answers");
          }
        }
        case CollectorClient.Reply.Failure(String problem, _) -> broken("collector", problem, null);
      }
    }
  }

  private static void fine(String what, String text) {
    System.out.println("  ok    " + what + ": " + Terminal.safe(text));
  }

  private void broken(String what, String text, @Nullable String remedy) {
    broken = true;
    System.out.println("  FAIL  " + what + ": " + Terminal.safe(text));
    if (remedy != null) {
      mend(remedy);
    }
  }

  private static void lacking(String what, String remedy) {
    System.out.println("          lacks: " + Terminal.safe(what));
    mend(remedy);
  }

  private static void mend(String remedy) {
    if (!remedy.isBlank()) {
      System.out.println("          mend:  " + Terminal.safe(remedy));
    }
  }
}
