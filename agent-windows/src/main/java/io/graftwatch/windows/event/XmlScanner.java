package io.graftwatch.windows.event;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Pulls elements and text out of the XML that event logs and task definitions are made of.
///
/// It takes what XML 1.0 takes except document types, which it refuses, and it resolves nothing but
/// the five named entities and character references: there is no way from here to a file or a
/// socket. It is laxer where event logs are: prefixes need not be bound, and control characters,
/// which XML forbids and log text holds, are left out. Depth, attributes and the length of a name
/// are bounded; the text is the caller's to bound.
public final class XmlScanner {
  /// What was read.
  public enum Token {
    START,
    END,
    TEXT,
    /// The document element has ended and nothing but blanks followed.
    DONE,
    /// It is no XML, or more than is taken; [#problem] says why.
    BAD
  }

  static final int MAX_DEPTH = 32;
  static final int MAX_ATTRIBUTES = 64;

  private final NamePool names = new NamePool();
  private final String[] open = new String[MAX_DEPTH];
  private final String[] attributeNames = new String[MAX_ATTRIBUTES];
  private final int[] valueFrom = new int[MAX_ATTRIBUTES];
  private final int[] valueTo = new int[MAX_ATTRIBUTES];

  private byte[] bytes = new byte[0];
  private int at;
  private int end;
  private int depth;
  private boolean started;
  private boolean empty;
  private int attributes;
  private int textFrom;
  private int textTo;
  private boolean literal;
  private String name = "";
  private String problem = "";

  /// Starts on a document, which must not change meanwhile.
  public void over(byte[] document, int from, int to) {
    bytes = document;
    at = startsWith(from, to, "\uFEFF") ? from + 3 : from;
    end = to;
    depth = 0;
    started = false;
    empty = false;
    attributes = 0;
  }

  private boolean startsWith(int from, int to, String mark) {
    byte[] utf8 = mark.getBytes(StandardCharsets.UTF_8);
    return to - from >= utf8.length
        && java.util.Arrays.equals(bytes, from, from + utf8.length, utf8, 0, utf8.length);
  }

  /// The local name of the element that started or ended.
  public String name() {
    return name;
  }

  /// Elements that are open.
  public int depth() {
    return depth;
  }

  public String problem() {
    return problem;
  }

  /// The value of an attribute of the element that started, or null.
  public @Nullable String attribute(String attribute) {
    for (int i = 0; i < attributes; i++) {
      if (attributeNames[i].equals(attribute)) {
        return pooled(valueFrom[i], valueTo[i]);
      }
    }
    return null;
  }

  private String pooled(int from, int to) {
    return XmlText.isPlain(bytes, from, to)
        ? names.of(bytes, from, to)
        : XmlText.decode(bytes, from, to, false);
  }

  /// The text of a TEXT token, entities resolved.
  public String text() {
    return XmlText.decode(bytes, textFrom, textTo, literal);
  }

  /// All text up to the end of the element that has just started, or null when the document is bad.
  public @Nullable String elementText() {
    int outer = depth - 1;
    String only = "";
    StringBuilder more = null;
    while (true) {
      switch (next()) {
        case TEXT -> {
          String piece = text();
          if (only.isEmpty()) {
            only = piece;
          } else {
            more = more == null ? new StringBuilder(only) : more;
            more.append(piece);
          }
        }
        case END -> {
          if (depth == outer) {
            return more == null ? only : more.toString();
          }
        }
        case START -> {}
        case DONE, BAD -> {
          return null;
        }
      }
    }
  }

  /// Moves on.
  public Token next() {
    attributes = 0;
    if (empty) {
      empty = false;
      return ended();
    }
    while (at < end) {
      if (bytes[at] != '<') {
        int from = at;
        at = indexOf('<', at);
        if (depth > 0) {
          return text(from, at, false);
        }
        if (!blank(from, at)) {
          return bad("text outside the document element");
        }
      } else if (at + 1 >= end) {
        return bad("cut inside a tag");
      } else {
        Token token =
            switch (bytes[at + 1]) {
              case '/' -> endTag();
              case '!' -> declaration();
              case '?' -> skip(at + 2, "?>", "a processing instruction");
              default -> startTag();
            };
        if (token != null) {
          return token;
        }
      }
    }
    return depth > 0 || !started ? bad("cut before the end of the record") : Token.DONE;
  }

  private Token text(int from, int to, boolean cdata) {
    textFrom = from;
    textTo = to;
    literal = cdata;
    return Token.TEXT;
  }

  private Token bad(String why) {
    problem = why;
    at = end;
    depth = 0;
    return Token.BAD;
  }

  private @Nullable Token skip(int from, String mark, String what) {
    int stop = indexOf(mark, from);
    if (stop < 0) {
      return bad("cut inside " + what);
    }
    at = stop + mark.length();
    return null;
  }

  private @Nullable Token declaration() {
    if (startsWith(at, end, "<!--")) {
      return skip(at + 4, "-->", "a comment");
    }
    if (startsWith(at, end, "<![CDATA[") && depth > 0) {
      int from = at + 9;
      int stop = indexOf("]]>", from);
      if (stop < 0) {
        return bad("cut inside a CDATA section");
      }
      at = stop + 3;
      return text(from, stop, true);
    }
    return bad("a document type or other declaration");
  }

  private Token startTag() {
    if (depth == 0 && started) {
      return bad("more than one document element");
    }
    if (depth == MAX_DEPTH) {
      return bad("deeper than " + MAX_DEPTH + " elements");
    }
    at++;
    String element = tagName();
    if (element == null) {
      return bad("a tag without a name");
    }
    while (true) {
      blanks();
      if (at >= end) {
        return bad("cut inside a tag");
      }
      if (bytes[at] == '>') {
        at++;
        break;
      }
      if (bytes[at] == '/') {
        if (at + 1 >= end || bytes[at + 1] != '>') {
          return bad("a stray slash in a tag");
        }
        at += 2;
        empty = true;
        break;
      }
      Token wrong = readAttribute();
      if (wrong != null) {
        return wrong;
      }
    }
    started = true;
    open[depth++] = element;
    name = element;
    return Token.START;
  }

  private @Nullable Token readAttribute() {
    if (attributes == MAX_ATTRIBUTES) {
      return bad("more than " + MAX_ATTRIBUTES + " attributes");
    }
    String attribute = tagName();
    blanks();
    if (attribute == null || at >= end || bytes[at] != '=') {
      return bad("an attribute without a value");
    }
    at++;
    blanks();
    if (at >= end || (bytes[at] != '"' && bytes[at] != '\'')) {
      return bad("an attribute without quotes");
    }
    int from = at + 1;
    int stop = indexOf((char) bytes[at], from);
    if (stop >= end) {
      return bad("cut inside an attribute");
    }
    attributeNames[attributes] = attribute;
    valueFrom[attributes] = from;
    valueTo[attributes] = stop;
    attributes++;
    at = stop + 1;
    return null;
  }

  private Token endTag() {
    at += 2;
    String element = tagName();
    blanks();
    if (at >= end || bytes[at] != '>') {
      return bad("cut inside an end tag");
    }
    at++;
    if (depth == 0 || !open[depth - 1].equals(element)) {
      return bad("end tags do not match");
    }
    return ended();
  }

  private Token ended() {
    depth--;
    name = open[depth];
    return Token.END;
  }

  /// A name without its prefix, or null when none stands here.
  private @Nullable String tagName() {
    int from = at;
    int i = at;
    while (i < end && isName(bytes[i])) {
      if (bytes[i] == ':') {
        from = i + 1;
      }
      i++;
    }
    if (i == from || i - from > NamePool.MAX_LENGTH) {
      return null;
    }
    at = i;
    return names.of(bytes, from, i);
  }

  private static boolean isName(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b < 0
        || b == '_'
        || b == '-'
        || b == '.'
        || b == ':';
  }

  private void blanks() {
    while (at < end && isBlank(bytes[at])) {
      at++;
    }
  }

  private boolean blank(int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isBlank(bytes[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r' || b == 0;
  }

  private int indexOf(char wanted, int from) {
    byte[] b = bytes;
    int i = from;
    while (i < end && b[i] != wanted) {
      i++;
    }
    return i;
  }

  private int indexOf(String mark, int from) {
    int last = end - mark.length();
    for (int i = indexOf(mark.charAt(0), from); i <= last; i = indexOf(mark.charAt(0), i + 1)) {
      int same = 1;
      while (same < mark.length() && bytes[i + same] == mark.charAt(same)) {
        same++;
      }
      if (same == mark.length()) {
        return i;
      }
    }
    return -1;
  }
}
