package io.graftwatch.collector;

import io.graftwatch.collector.store.Store;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a consistent copy of the store into a new file, while the collector goes on.",
      "",
      "The keys in trust/ of the state folder are not in it: keep a copy of them offline."
    })
final class BackupCommand implements Callable<Integer> {
  @Parameters(paramLabel = "F", description = "The file to write; it must not exist.")
  private Path file = Path.of("");

  @Mixin private final ConfigOption option = new ConfigOption();

  @Override
  public Integer call() throws Exception {
    try (Store store = ConfigOption.open(option.load())) {
      store.backup(file);
    }
    System.err.println("written: " + file.toAbsolutePath());
    return Main.OK;
  }
}
