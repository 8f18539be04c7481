package io.graftwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/// Without a level the logger writes everything, and under load that is half a gigabyte a minute.
class LoggingTest {
  @Test
  void thePackageSaysHowMuchIsLogged() throws IOException {
    var properties = new Properties();
    try (InputStream in = Main.class.getResourceAsStream("/tinylog.properties")) {
      properties.load(in);
    }
    assertThat(properties)
        .containsEntry("level", "info")
        .containsEntry("level@org.eclipse.jetty", "warn");
  }
}
