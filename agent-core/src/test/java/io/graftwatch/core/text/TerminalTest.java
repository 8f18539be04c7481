package io.graftwatch.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalTest {
  @Test
  void what_could_steer_a_terminal_is_shown_instead() {
    assertThat(Terminal.safe("\u001b]52;c;aGk=\u0007")).isEqualTo("\\x1b]52;c;aGk=\\x07");
    assertThat(Terminal.safe("\u009b31m")).isEqualTo("\\x9b31m");
    assertThat(Terminal.safe("a\r\nb\tc\u007f")).isEqualTo("a\\x0d\\x0ab\\x09c\\x7f");
    assertThat(Terminal.safe("gpj.\u202eexe")).isEqualTo("gpj.\\u202eexe");
    assertThat(Terminal.safe("apa\u200bche2")).isEqualTo("apa\\u200bche2");
    assertThat(Terminal.safe("\ud800x")).isEqualTo("\\ud800x");
    assertThat(Terminal.safe("tag \udb40\udc41")).isEqualTo("tag \\udb40\\udc41");
  }

  @Test
  void what_is_plain_stays() {
    assertThat(Terminal.safe("Grüße, 東京 😀")).isEqualTo("Grüße, 東京 😀");
    assertThat(Terminal.safeLines("a\nb\u001b\n")).isEqualTo("a\nb\\x1b\n");
  }
}
