package io.graftwatch.core.cli;

import io.graftwatch.core.config.Config;
import io.graftwatch.core.config.ConfigFile;
import io.graftwatch.delivery.config.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--config F`, the same for every command.
public final class ConfigOption {
  @Option(
      names = "--config",
      paramLabel = "F",
      description =
          "The configuration file. Default: graftwatch.toml in /etc/graftwatch (macOS:"
              + " /Library/Application Support/Graftwatch, Windows: %%ProgramData%%\\Graftwatch), and"
              + " the defaults of every key where that does not exist.")
  private @Nullable Path file;

  /// The file that is meant, whether or not it exists.
  public Path path() {
    return file == null ? ConfigFile.DEFAULT : file;
  }

  /// Whether it was asked for by name.
  public boolean given() {
    return file != null;
  }

  /// @throws ConfigException when the file is wrong, or was named and is not there
  public Config load() throws ConfigException {
    if (file == null && !Files.exists(ConfigFile.DEFAULT)) {
      return ConfigFile.defaults();
    }
    return ConfigFile.load(path());
  }
}
