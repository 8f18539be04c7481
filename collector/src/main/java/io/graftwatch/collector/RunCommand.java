package io.graftwatch.collector;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.tinylog.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Runs the collector in the foreground, as the service does. SIGTERM ends it.")
final class RunCommand implements Callable<Integer> {
  @Mixin private final ConfigOption option = new ConfigOption();

  @Override
  public Integer call() throws Exception {
    var config = option.load();
    var collector = Collector.start(config, InstantSource.system(), new SecureRandom());
    var ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  collector.close();
                  ended.countDown();
                },
                "shutdown"));
    Ports ports = collector.ports();
    Logger.info("agents send to {}", ports.agentUrl());
    Logger.info("console at {}, `admin-link` opens it", ports.consoleUrl());
    Logger.info("state in {}", config.stateDir());
    ended.await();
    return Main.OK;
  }
}
