package io.graftwatch.windows.event;

import io.graftwatch.windows.event.XmlScanner.Token;
import org.jspecify.annotations.Nullable;

/// Reads one `<Event>` as EvtRender gives it (schema
/// `http://schemas.microsoft.com/win/2004/08/events/event`), bound by name, never by position.
final class EventXml {
  /// What became of the bytes.
  sealed interface Read {
    record Event(WinEvent event) implements Read {}

    /// @param reason a clause
    record Malformed(String reason) implements Read {}
  }

  private final XmlScanner xml = new XmlScanner();

  private String provider = "";
  private int id;
  private int version;
  private long time;
  private long recordId;
  private String channel = "";
  private String computer = "";
  private @Nullable String userSid;
  private int pid;
  private EventData data = new EventData();

  Read read(byte[] bytes, int from, int to) {
    reset();
    xml.over(bytes, from, to);
    if (xml.next() != Token.START || !xml.name().equals("Event")) {
      return malformed("no <Event>");
    }
    while (true) {
      switch (xml.next()) {
        case START -> {
          boolean fine =
              switch (xml.name()) {
                case "System" -> system();
                case "EventData" -> eventData();
                case "UserData" -> userData();
                default -> xml.elementText() != null;
              };
          if (!fine) {
            return malformed("a value is cut");
          }
        }
        case END, TEXT -> {}
        case BAD -> {
          return malformed("no XML");
        }
        case DONE -> {
          return whole();
        }
      }
    }
  }

  private void reset() {
    provider = "";
    id = -1;
    version = 0;
    time = Long.MIN_VALUE;
    recordId = 0;
    channel = "";
    computer = "";
    userSid = null;
    pid = -1;
    data = new EventData();
  }

  private Read whole() {
    if (id < 0) {
      return new Read.Malformed("no EventID");
    }
    if (time == Long.MIN_VALUE) {
      return new Read.Malformed("no TimeCreated");
    }
    return new Read.Event(
        new WinEvent(provider, id, version, time, recordId, channel, computer, userSid, pid, data));
  }

  private Read malformed(String fallback) {
    return new Read.Malformed(xml.problem().isEmpty() ? fallback : xml.problem());
  }

  private boolean system() {
    int outer = xml.depth() - 1;
    while (true) {
      switch (xml.next()) {
        case START -> {
          if (!systemField()) {
            return false;
          }
        }
        case END -> {
          if (xml.depth() == outer) {
            return true;
          }
        }
        case TEXT -> {}
        case DONE, BAD -> {
          return false;
        }
      }
    }
  }

  private boolean systemField() {
    String field = xml.name();
    switch (field) {
      case "Provider" -> {
        String name = xml.attribute("Name");
        provider = name == null ? "" : name;
      }
      case "TimeCreated" -> time = EventTime.micros(xml.attribute("SystemTime"));
      case "Execution" -> {
        String process = xml.attribute("ProcessID");
        pid = process == null ? -1 : EventData.numberOf(process);
      }
      case "Security" -> userSid = xml.attribute("UserID");
      default -> {}
    }
    String text = xml.elementText();
    if (text == null) {
      return false;
    }
    switch (field) {
      case "EventID" -> id = EventData.numberOf(text.strip());
      case "Version" -> version = EventData.numberOf(text.strip());
      case "EventRecordID" -> recordId = longOf(text.strip());
      case "Channel" -> channel = text.strip();
      case "Computer" -> computer = text.strip();
      default -> {}
    }
    return true;
  }

  private static long longOf(String text) {
    long value = 0;
    for (int i = 0; i < text.length() && i < 18; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private boolean eventData() {
    int outer = xml.depth() - 1;
    while (true) {
      switch (xml.next()) {
        case START -> {
          boolean binary = xml.name().equals("Binary");
          String name = xml.attribute("Name");
          String value = xml.elementText();
          if (value == null) {
            return false;
          }
          if (!binary) {
            data.add(name == null ? "" : name, value);
          }
        }
        case END -> {
          if (xml.depth() == outer) {
            return true;
          }
        }
        case TEXT -> {}
        case DONE, BAD -> {
          return false;
        }
      }
    }
  }

  /// A provider's own element with one element a value: the innermost are the values.
  private boolean userData() {
    int outer = xml.depth() - 1;
    var text = new StringBuilder();
    boolean leaf = false;
    while (true) {
      switch (xml.next()) {
        case START -> {
          leaf = true;
          text.setLength(0);
        }
        case TEXT -> text.append(xml.text());
        case END -> {
          if (xml.depth() == outer) {
            return true;
          }
          if (leaf) {
            data.add(xml.name(), text.toString());
          }
          leaf = false;
        }
        case DONE, BAD -> {
          return false;
        }
      }
    }
  }
}
