package io.graftwatch.collector.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisibleTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "plain text | plain text",
        "café 🌱 Ж | café 🌱 Ж",
        "a\u202eb | a\\u202eb",
        "x\u001b[31m | x\\u001b[31m",
        "\u009b31m | \\u009b31m",
        "zero\u200bwidth | zero\\u200bwidth",
        "soft\u00adhyphen | soft\\u00adhyphen",
        "\ufeffbom | \\ufeffbom",
        "no\u00a0break | no\\u00a0break",
        "line\u2028sep | line\\u2028sep",
        "half\ud800 | half\\ud800",
        "tag\udb40\udc41 | tag\\U000e0041",
        "private\ue000 | private\\ue000",
        "<b>&amp;</b> | <b>&amp;</b>"
      })
  void whatIsHiddenIsWrittenOut(String raw, String shown) {
    assertThat(Visible.line(raw)).isEqualTo(shown);
    assertThat(Visible.text(raw)).isEqualTo(shown);
  }

  @org.junit.jupiter.api.Test
  void linesAreKeptInTextOnly() {
    assertThat(Visible.text("a\n\tb\r\0")).isEqualTo("a\n\tb\\u000d\\u0000");
    assertThat(Visible.line("a\n\tb\r\0")).isEqualTo("a\\n\\tb\\u000d\\u0000");
  }
}
