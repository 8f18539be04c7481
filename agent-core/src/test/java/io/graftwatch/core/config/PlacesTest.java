package io.graftwatch.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class PlacesTest {
  @Test
  void eachSystemHasItsOwn() {
    assertThat(Places.of("Linux", ""))
        .isEqualTo(
            new Places(
                Path.of("/etc/graftwatch/graftwatch.toml"),
                Path.of("/var/lib/graftwatch"),
                Path.of("/run/graftwatch")));
    assertThat(Places.of("Mac OS X", ""))
        .isEqualTo(
            new Places(
                Path.of("/Library/Application Support/Graftwatch/graftwatch.toml"),
                Path.of("/Library/Application Support/Graftwatch/state"),
                null));
    assertThat(Places.of("Windows Server 2025", "/ProgramData").file())
        .isEqualTo(Path.of("/ProgramData/Graftwatch/graftwatch.toml"));
  }
}
