package io.graftwatch.core.config;

import io.graftwatch.core.enrol.TrustFolder;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.delivery.config.ConfigException;
import io.graftwatch.delivery.config.HostName;
import io.graftwatch.delivery.config.Key;
import io.graftwatch.delivery.config.Table;
import io.graftwatch.delivery.config.TomlFile;
import io.graftwatch.delivery.enrol.SignedPolicy;
import io.graftwatch.delivery.output.OutputSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Reads the configuration file. Everything that is wrong with it is said at once, each with line
/// and column; nothing is ignored.
public final class ConfigFile {
  /// Where it lies unless `--config` says otherwise.
  public static final Path DEFAULT = Places.HERE.file();

  /// What a collector may tune. The rest of a configuration is the host's alone.
  private static final Set<String> TUNING = Set.of("site", "analytics");

  private ConfigFile() {}

  /// Reads a file, over the policy that this host keeps. What the file says goes before what the
  /// policy says. A policy that cannot be used is left out, and the configuration says why.
  ///
  /// @throws ConfigException with everything that is wrong with the file
  public static Config load(Path file) throws ConfigException {
    TomlFile toml = TomlFile.open(file);
    Config own = read(toml);
    try {
      SignedPolicy policy = TrustFolder.policy(own.agent().stateDir());
      return policy == null
          ? own
          : tuned(toml, policy).with(new Config.Policy(policy.version(), null));
    } catch (AccessDeniedException e) {
      return own; // another user than the agent asks
    } catch (IOException | ConfigException e) {
      return own.with(
          new Config.Policy(0, "POLICY_REJECTED, the file alone is in effect: " + e.getMessage()));
    }
  }

  /// Whether a policy can be used at all.
  ///
  /// @throws ConfigException with everything that is wrong with it
  public static void check(SignedPolicy policy) throws ConfigException {
    tuned(TomlFile.of("", new byte[0]), policy);
  }

  private static Config tuned(TomlFile toml, SignedPolicy policy) throws ConfigException {
    String name = "policy " + policy.version();
    TomlFile below = TomlFile.of(name, policy.toml().getBytes(StandardCharsets.UTF_8));
    if (below.root().table("site").has(SiteReader.ALLOW_ALL)) {
      throw new ConfigException(
          name, SiteReader.ALLOW_ALL.name() + " can be set on the host itself only");
    }
    return read(toml.over(below, TUNING));
  }

  /// What an empty file means.
  public static Config defaults() {
    try {
      return read(TomlFile.of("", new byte[0]));
    } catch (ConfigException e) {
      throw new IllegalStateException("the defaults contradict each other", e);
    }
  }

  static Config read(TomlFile toml) throws ConfigException {
    Table file = toml.root();
    AgentConfig agent = agent(file.table("agent"));
    Table collectorTable = file.table("collector");
    CollectorConfig collector = collectorTable.present() ? collector(collectorTable, agent) : null;
    var outputs = new ArrayList<OutputSettings>();
    for (Table table : file.tables("outputs")) {
      OutputSettings output = OutputSettings.read(table);
      if (output != null) {
        outputs.add(output);
      }
      if (outputs.size() > Keys.MAX_OUTPUTS) {
        table.problem("[[outputs]]: there can be " + Keys.MAX_OUTPUTS + " beside the collector");
      }
    }
    Map<String, SourceConfig> sources = sources(file.table("sources"));
    Table siteTable = file.table("site");
    boolean allowAll = siteTable.value(SiteReader.ALLOW_ALL);
    Site site = SiteReader.of(allowAll).read(siteTable);
    Analytics analytics = analytics(file.table("analytics"), allowAll);

    return new Config(
        agent,
        collector,
        outputs,
        sources,
        site,
        analytics,
        toml.sha256(),
        toml.settings(),
        Config.Policy.NONE);
  }

  private static AgentConfig agent(Table table) {
    Path state = table.value(Keys.STATE_DIR);
    Path runtime = table.get(Keys.RUNTIME_DIR);
    String host = table.get(Keys.HOST);
    ZoneId zone = table.get(Keys.ZONE);
    boolean processesSet = table.has(Keys.MAX_PROCESSES);
    var agent =
        new AgentConfig(
            state,
            runtime == null ? runtime(state) : runtime,
            host == null ? HostName.get() : host,
            zone == null ? ZoneId.systemDefault() : zone,
            table.value(Keys.MAX_PROCESSES),
            processesSet,
            table.value(Keys.JOURNAL_MIB),
            table.value(Keys.JOURNAL_DAYS));
    table.rejectOthers("[agent]");
    return agent;
  }

  private static Path runtime(Path state) {
    Path usual = Places.HERE.runtime();
    return usual != null && usable(usual) ? usual : state;
  }

  /// Whether this user may have a folder there.
  private static boolean usable(Path folder) {
    Path parent = folder.getParent();
    return Files.isWritable(folder) || (parent != null && Files.isWritable(parent));
  }

  private static CollectorConfig collector(Table table, AgentConfig agent) {
    URI url = table.get(Keys.URL);
    Path ca = table.get(Keys.CA_FILE);
    var collector =
        new CollectorConfig(
            url == null ? URI.create("https://invalid") : url,
            ca == null ? agent.stateDir().resolve("trust/ca.pem") : ca,
            table.get(Keys.PROXY),
            table.value(Keys.TIMEOUT));
    table.rejectOthers("[collector]");
    return collector;
  }

  private static Map<String, SourceConfig> sources(Table table) {
    var sources = new TreeMap<String, SourceConfig>();
    Keys.SOURCES.forEach((kind, keys) -> sources.put(kind, source(table.table(kind), kind, keys)));
    table.rejectOthers("[sources]");
    return sources;
  }

  private static SourceConfig source(Table table, String kind, Keys.SourceKeys keys) {
    String mode = table.value(keys.mode());
    var values = new HashMap<String, String>();
    for (Key<?> key : keys.keys()) {
      Object value = table.get(key);
      if (value instanceof List<?> list) {
        values.put(key.name(), String.join("\n", list.stream().map(String::valueOf).toList()));
      } else if (value != null) {
        values.put(key.name(), String.valueOf(value));
      }
    }
    table.rejectOthers("[sources." + kind + "]");
    return new SourceConfig(mode, values);
  }

  private static Analytics analytics(Table table, boolean allowAll) {
    var known = Elements.of(allowAll).all();
    var elements = new TreeMap<String, Map<String, List<String>>>();
    table.each(id -> {
      Map<String, Key<List<String>>> keys = known.get(id);
      if (keys == null) {
        table.unknown("[analytics]", id, known.keySet());
        return;
      }
      Table analytic = table.table(id);
      var values = new TreeMap<String, List<String>>();
      for (Key<List<String>> key : keys.values()) {
        List<String> value = analytic.get(key);
        if (value != null) {
          values.put(key.name(), value);
        }
      }
      analytic.rejectOthers("[analytics." + id + "]");
      elements.put(id, Map.copyOf(values));
    });
    return new Analytics(elements);
  }
}
