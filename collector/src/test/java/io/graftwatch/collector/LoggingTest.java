package io.graftwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/// Without a level the logger writes everything, and under load that is half a gigabyte a minute.
class LoggingTest {
  @Test
  void thePackageSaysHowMuchIsLogged() throws IOException, URISyntaxException {
    var properties = new Properties();
    Path classes = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (InputStream in = Files.newInputStream(classes.resolve("tinylog.properties"))) {
      properties.load(in);
    }
    assertThat(properties)
        .containsEntry("level", "info")
        .containsEntry("level@org.eclipse.jetty", "warn")
        .containsEntry("level@org.apache.kafka", "error");
  }
}
