package io.graftwatch.collector.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.delivery.config.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Holds docs/configuration-collector.md to the table of keys. Run with GRAFTWATCH_WRITE_DOCS=1 in
/// the environment, writes it.
class ReferenceTest {
  private static final Path PAGE = Path.of("../docs/configuration-collector.md");

  @Test
  void thePageSaysWhatTheTableSays() throws IOException {
    String page = page();
    if (System.getenv("GRAFTWATCH_WRITE_DOCS") != null) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).content().isEqualTo(page);
  }

  private static String page() {
    var page = new StringBuilder();
    page.append(
        """
        # Configuration of the collector

        One TOML file, `/etc/graftwatch/collector.toml`. Every key has a default, so an empty file is
        a valid one. A key that nobody knows is an error with its line, its column and the nearest
        name. `graftwatch-collector config check` says everything that is wrong,
        `graftwatch-collector config show` what is in effect and where it comes from. It is read when
        the collector starts.

        This page is generated from the table of keys in the source; a test keeps it so.

        """);
    for (ConfigFile.Section section : ConfigFile.SECTIONS) {
      page.append("## `").append(section.title()).append("`\n\n");
      page.append(section.doc()).append("\n\n");
      page.append("| key | value | default | what it does |\n|---|---|---|---|\n");
      for (Key<?> key : section.keys()) {
        page.append(
            "| `%s` | %s | %s | %s |\n"
                .formatted(
                    key.name(), key.type().written(), key.shown().replace("|", "\\|"), key.doc()));
      }
      page.append('\n');
    }
    return page.toString();
  }
}
