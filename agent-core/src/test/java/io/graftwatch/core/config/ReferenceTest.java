package io.graftwatch.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.delivery.config.Key;
import io.graftwatch.delivery.output.OutputSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Holds docs/configuration.md to the table of keys. run with GRAFTWATCH_WRITE_DOCS=1 in the
/// environment, writes it.
class ReferenceTest {
  private static final Path PAGE = Path.of("../docs/configuration.md");

  @Test
  void the_page_says_what_the_table_says() throws IOException {
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
        # Configuration

        One TOML file, `/etc/graftwatch/graftwatch.toml` (macOS: `/Library/Application
        Support/Graftwatch/graftwatch.toml`, Windows: `%ProgramData%\\Graftwatch\\graftwatch.toml`).
        Every key has a default, so an empty file is a valid one. A key that nobody knows is an error with its line, its column and the nearest
        name: nothing is ignored silently. The agent reads the file again when it changes or on
        SIGHUP; a file with an error leaves the running configuration in place and raises
        CONFIG_REJECTED. `graftwatch config check` says everything that is wrong, `graftwatch config
        show` what is in effect and where it comes from.

        Durations are a whole number and `s`, `m`, `h` or `d`. In globs over paths `*` stays within one
        name and `**` does not; on Windows paths `/` equals `\\` and case does not count. In globs over
        text `*` matches anything. There are no regular expressions but MITRE's two, and those run in
        an engine whose time is linear in the text.

        This page is generated from the table of keys in the source; a test keeps it so.

        """);
    section(page, "[agent]", "The agent itself.", Keys.AGENT);
    section(
        page,
        "[collector]",
        "Where findings go. Left out, they stay in the journal and `graftwatch doctor` says so.",
        Keys.COLLECTOR);
    section(
        page,
        "[[outputs]]",
        "Places beside the collector that each finding goes to, one table each.",
        OutputSettings.KEYS);
    Keys.SOURCES.forEach((kind, keys) -> {
      var all = new java.util.ArrayList<Key<?>>();
      all.add(keys.mode());
      all.addAll(keys.keys());
      section(page, "[sources." + kind + "]", keys.doc(), all);
    });
    SiteReader site = SiteReader.of(false);
    section(page, "[site]", "What the owner knows about the site.", site.keys());
    site.lists()
        .forEach((name, keys) ->
            section(page, "[site] " + name, "A list of tables, `" + name + " = [{ … }]`.", keys));
    Elements.of(false)
        .all()
        .forEach((id, keys) ->
            section(
                page,
                "[analytics." + id + "]",
                "Mutable elements of MITRE's analytic " + id + ", by their names.",
                List.copyOf(keys.values())));
    return page.toString();
  }

  private static void section(StringBuilder page, String title, String doc, List<Key<?>> keys) {
    page.append("## `").append(title).append("`\n\n").append(doc).append("\n\n");
    page.append("| key | value | default | what it does |\n|---|---|---|---|\n");
    for (Key<?> key : keys) {
      page.append("| `")
          .append(key.name())
          .append("` | ")
          .append(key.type().written())
          .append(" | ")
          .append(key.shown().replace("|", "\\|"))
          .append(" | ")
          .append(key.doc())
          .append(" |\n");
    }
    page.append('\n');
  }
}
