package io.graftwatch.collector;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.config.ConfigFile;
import io.graftwatch.collector.store.PostgresPlace;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.store.sql.SqlStore;
import io.graftwatch.collector.trust.PrivateFiles;
import io.graftwatch.delivery.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--config F`, the same for every command.
final class ConfigOption {
  @Option(
      names = "--config",
      paramLabel = "F",
      description =
          "The configuration file. Default: /etc/graftwatch/collector.toml, and the defaults of"
              + " every key where that does not exist.")
  private @Nullable Path file;

  Path path() {
    return file == null ? ConfigFile.DEFAULT : file;
  }

  Config load() throws ConfigException {
    return ConfigFile.load(file);
  }

  /// The store of the configured collector, which may be running.
  static Store open(Config config) throws IOException, StoreException {
    PostgresPlace postgres = config.postgres();
    return postgres == null
        ? SqlStore.open(PrivateFiles.folder(config.stateDir()))
        : SqlStore.open(postgres);
  }
}
