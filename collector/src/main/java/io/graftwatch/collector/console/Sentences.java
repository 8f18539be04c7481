package io.graftwatch.collector.console;

import java.util.ArrayList;
import java.util.List;

/// Cuts advice into its sentences, so that it can be read as a list.
final class Sentences {
  private Sentences() {}

  /// A sentence ends at a line break, a semicolon, or a full stop before a space and a capital
  /// letter.
  static List<String> of(String text) {
    var sentences = new ArrayList<String>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean stop = c == '.' && i + 2 < text.length() && isStart(text, i + 1);
      if (stop || c == '\n' || (c == ';' && i + 1 < text.length() && text.charAt(i + 1) == ' ')) {
        add(sentences, text.substring(from, stop ? i + 1 : i));
        from = i + 1;
      }
    }
    add(sentences, text.substring(from));
    return sentences;
  }

  private static boolean isStart(String text, int space) {
    return text.charAt(space) == ' ' && Character.isUpperCase(text.charAt(space + 1));
  }

  private static void add(List<String> sentences, String sentence) {
    String plain = sentence.strip();
    if (!plain.isEmpty()) {
      sentences.add(plain);
    }
  }
}
