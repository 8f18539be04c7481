package io.graftwatch.windows.evtx;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/// Writes event XML as an .evtx file, as the event log service does: a template for each form of
/// event, names and templates once a chunk, values with their types.
final class EvtxWriter {
  private static final int CHUNK = 64 * 1024;

  private final List<byte[]> chunks = new ArrayList<>();
  private final Map<String, Integer> names = new HashMap<>();
  private final Map<String, Integer> templates = new HashMap<>();
  private ByteBuffer chunk = fresh();
  private long number;
  private long firstInChunk = 1;
  private int lastRecord;

  private record Value(int type, byte[] bytes) {}

  private static ByteBuffer fresh() {
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    buffer.position(512);
    return buffer;
  }

  static void write(List<String> events, Path file, int minorVersion) throws IOException {
    var writer = new EvtxWriter();
    for (String event : events) {
      writer.add(event);
    }
    Files.write(file, writer.file(minorVersion));
  }

  private void add(String xml) throws IOException {
    Element event = parse(xml);
    ByteBuffer before = chunk.duplicate();
    try {
      record(event);
    } catch (java.nio.BufferOverflowException | IllegalArgumentException e) {
      // It does not fit: what it began is taken back, and it goes to the next chunk.
      java.util.Arrays.fill(chunk.array(), before.position(), CHUNK, (byte) 0);
      chunk.position(before.position());
      seal();
      record(event);
    }
  }

  private static Element parse(String xml) throws IOException {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(xml.getBytes(UTF_8)))
          .getDocumentElement();
    } catch (javax.xml.parsers.ParserConfigurationException | org.xml.sax.SAXException e) {
      throw new IOException(e);
    }
  }

  private void record(Element event) {
    var values = new ArrayList<Value>();
    String form = form(event, values);
    int start = chunk.position();
    chunk.putInt(0x2A2A).putInt(0).putLong(number + 1).putLong(fileTime(event));
    chunk.put(new byte[] {0x0F, 1, 1, 0, 0x0C, 1}).putInt(form.hashCode());
    Integer known = templates.get(form);
    if (known == null) {
      int definition = chunk.position() + 4;
      chunk.putInt(definition).putInt(0).putInt(form.hashCode()).put(new byte[12]);
      int size = chunk.position();
      chunk.putInt(0).put(new byte[] {0x0F, 1, 1, 0});
      element(event, new int[1]);
      chunk.put((byte) 0);
      chunk.putInt(size, chunk.position() - size - 4);
      templates.put(form, definition);
    } else {
      chunk.putInt(known);
    }
    chunk.putInt(values.size());
    for (Value value : values) {
      chunk.putShort((short) value.bytes.length).put((byte) value.type).put((byte) 0);
    }
    values.forEach(value -> chunk.put(value.bytes));
    chunk.put((byte) 0);
    while ((chunk.position() + 4 - start) % 8 != 0) {
      chunk.put((byte) 0);
    }
    int size = chunk.position() + 4 - start;
    chunk.putInt(size).putInt(start + 4, size);
    lastRecord = start;
    number++;
  }

  private static long fileTime(Element event) {
    Element created = (Element) event.getElementsByTagName("TimeCreated").item(0);
    Instant time = Instant.parse(created.getAttribute("SystemTime"));
    return time.getEpochSecond() * 10_000_000L + time.getNano() / 100 + 116_444_736_000_000_000L;
  }

  /// The names and constant values of an event's form; its variable values in order.
  private static String form(Element element, List<Value> values) {
    var form = new StringBuilder(element.getTagName()).append('(');
    for (int i = 0; i < element.getAttributes().getLength(); i++) {
      Node attribute = element.getAttributes().item(i);
      form.append(attribute.getNodeName());
      if (isConstant(element, attribute)) {
        form.append('=').append(attribute.getNodeValue());
      } else {
        values.add(value(attribute.getNodeName(), attribute.getNodeValue()));
      }
      form.append(',');
    }
    List<Element> children = children(element);
    children.forEach(child -> form.append(form(child, values)));
    if (children.isEmpty() && !element.getTextContent().isEmpty()) {
      form.append('#');
      values.add(value(element.getTagName(), element.getTextContent()));
    }
    return form.append(')').toString();
  }

  private static boolean isConstant(Element element, Node attribute) {
    return attribute.getNodeName().startsWith("xmlns") || element.getTagName().equals("Data");
  }

  private static List<Element> children(Element element) {
    var children = new ArrayList<Element>();
    for (int i = 0; i < element.getChildNodes().getLength(); i++) {
      if (element.getChildNodes().item(i) instanceof Element child) {
        children.add(child);
      }
    }
    return children;
  }

  private static Value value(String name, String text) {
    return switch (name) {
      case "EventID" -> new Value(0x06, little(Long.parseLong(text), 2));
      case "Version", "Level", "Opcode" -> new Value(0x04, little(Long.parseLong(text), 1));
      case "ProcessID", "ThreadID" -> new Value(0x08, little(Long.parseLong(text), 4));
      case "EventRecordID" -> new Value(0x0A, little(Long.parseLong(text), 8));
      case "Keywords" -> new Value(0x15, little(Long.parseUnsignedLong(text.substring(2), 16), 8));
      case "SystemTime" -> {
        Instant time = Instant.parse(text);
        long ticks = time.getEpochSecond() * 10_000_000L + time.getNano() / 100;
        yield new Value(0x11, little(ticks + 116_444_736_000_000_000L, 8));
      }
      case "UserID" -> new Value(0x13, sid(text));
      default -> new Value(0x01, text.getBytes(UTF_16LE));
    };
  }

  private static byte[] sid(String text) {
    String[] parts = text.split("-");
    ByteBuffer sid = ByteBuffer.allocate(8 + 4 * (parts.length - 3)).order(ByteOrder.LITTLE_ENDIAN);
    sid.put(Byte.parseByte(parts[1])).put((byte) (parts.length - 3)).put(new byte[5]);
    sid.put(Byte.parseByte(parts[2]));
    for (int i = 3; i < parts.length; i++) {
      sid.putInt((int) Long.parseLong(parts[i]));
    }
    return sid.array();
  }

  private static byte[] little(long value, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (value >>> 8 * i);
    }
    return bytes;
  }

  private void element(Element element, int[] index) {
    int attributes = element.getAttributes().getLength();
    chunk.put((byte) (attributes > 0 ? 0x41 : 0x01)).putShort((short) -1);
    int size = chunk.position();
    chunk.putInt(0);
    name(element.getTagName());
    if (attributes > 0) {
      int list = chunk.position();
      chunk.putInt(0);
      for (int i = 0; i < attributes; i++) {
        Node attribute = element.getAttributes().item(i);
        chunk.put((byte) (i + 1 < attributes ? 0x46 : 0x06));
        name(attribute.getNodeName());
        if (isConstant(element, attribute)) {
          byte[] text = attribute.getNodeValue().getBytes(UTF_16LE);
          chunk.put((byte) 0x05).put((byte) 1).putShort((short) (text.length / 2)).put(text);
        } else {
          substitution(attribute.getNodeName(), attribute.getNodeValue(), index);
        }
      }
      chunk.putInt(list, chunk.position() - list - 4);
    }
    List<Element> children = children(element);
    if (children.isEmpty() && element.getTextContent().isEmpty()) {
      chunk.put((byte) 0x03);
    } else {
      chunk.put((byte) 0x02);
      children.forEach(child -> element(child, index));
      if (children.isEmpty()) {
        substitution(element.getTagName(), element.getTextContent(), index);
      }
      chunk.put((byte) 0x04);
    }
    chunk.putInt(size, chunk.position() - size - 4);
  }

  private void substitution(String name, String text, int[] index) {
    chunk.put((byte) 0x0E).putShort((short) index[0]++).put((byte) value(name, text).type);
  }

  private void name(String name) {
    Integer known = names.get(name);
    if (known != null) {
      chunk.putInt(known);
      return;
    }
    int offset = chunk.position() + 4;
    chunk.putInt(offset).putInt(0).putShort((short) name.hashCode());
    chunk.putShort((short) name.length()).put(name.getBytes(UTF_16LE)).putShort((short) 0);
    names.put(name, offset);
  }

  private void seal() {
    ByteBuffer c = chunk;
    int free = c.position();
    c.put(0, "ElfChnk\0".getBytes(UTF_8));
    c.putLong(8, firstInChunk).putLong(16, number).putLong(24, firstInChunk).putLong(32, number);
    c.putInt(40, 128).putInt(44, lastRecord).putInt(48, free);
    c.putInt(52, crc(c.array(), 512, free));
    byte[] header = new byte[120 + 384];
    System.arraycopy(c.array(), 0, header, 0, 120);
    System.arraycopy(c.array(), 128, header, 120, 384);
    c.putInt(124, crc(header, 0, header.length));
    chunks.add(c.array());
    chunk = fresh();
    names.clear();
    templates.clear();
    firstInChunk = number + 1;
  }

  private static int crc(byte[] bytes, int from, int to) {
    var crc = new CRC32();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

  private byte[] file(int minorVersion) {
    if (chunk.position() > 512) {
      seal();
    }
    ByteBuffer file =
        ByteBuffer.allocate(4096 + CHUNK * chunks.size()).order(ByteOrder.LITTLE_ENDIAN);
    file.put("ElfFile\0".getBytes(UTF_8)).putLong(0).putLong(chunks.size() - 1).putLong(number + 1);
    file.putInt(128).putShort((short) minorVersion).putShort((short) 3).putShort((short) 4096);
    file.putShort((short) chunks.size());
    file.putInt(124, crc(file.array(), 0, 120));
    file.position(4096);
    chunks.forEach(file::put);
    return file.array();
  }
}
