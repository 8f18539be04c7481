package io.graftwatch.windows.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.windows.event.XmlScanner.Token;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Our scanner against the JDK's own parser on real records, and alone on what no parser should
/// see.
final class XmlScannerTest {
  private static final Path EVENTS = Path.of("src/test/resources/events");

  static Stream<String> records() throws IOException {
    var lines = new ArrayList<String>();
    try (Stream<Path> files = Files.walk(EVENTS)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".xml")).sorted().toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    return lines.stream().filter(line -> line.startsWith("<Event"));
  }

  @ParameterizedTest
  @MethodSource("records")
  void readsWhatTheJdkReads(String record) throws XMLStreamException {
    assertThat(ours(record)).isEqualTo(theirs(record));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "<a>x&#10;y</a> ~ <a> 'x\\ny' </>",
        "<a>&lt;&amp;&gt;&quot;&apos;</a> ~ <a> '<&>\"'' </>",
        "<a><![CDATA[1 < 2 &amp;]]></a> ~ <a> '1 < 2 &amp;' </>",
        "<a b='1' c=\"2\"/> ~ <a b=1 c=2> </>",
        "<x:a><y:b z:c='1'/></x:a> ~ <a> <b c=1> </> </>",
        "<a>c\u0001m&#x1;d</a> ~ <a> 'cmd' </>",
        "<a>&xxe;</a> ~ <a> '&xxe;' </>",
        "<a>&#xD800;</a> ~ <a> '&#xD800;' </>",
        "<?xml version='1.0' encoding='UTF-16'?><a/> ~ <a> </>",
        "<!-- note --><a/> ~ <a> </>",
      })
  void readsWhatEventLogsHold(String xml, String expected) {
    assertThat(ours(xml)).isEqualTo(expected.replace("\\n", "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a> ~ document type",
        "<a><!ELEMENT a ANY></a> ~ document type",
        "<a> ~ cut before the end",
        "<a><b></a></b> ~ do not match",
        "<a/><b/> ~ more than one",
        "<a b=1/> ~ without quotes",
        "<a b='1/> ~ cut inside an attribute",
        "x<a/> ~ text outside",
        "<a><![CDATA[x</a> ~ cut inside a CDATA",
        "<a ~ cut inside a tag",
        "< ~ cut inside a tag",
        "<> ~ without a name",
      })
  void saysWhatIsWrong(String xml, String reason) {
    assertThat(ours(xml)).contains("BAD").contains(reason);
  }

  @Test
  void depthAndAttributesAreBounded() {
    assertThat(ours("<a>".repeat(10_000))).contains("BAD deeper than 32");
    assertThat(ours("<a" + " b='1'".repeat(10_000) + "/>")).contains("BAD more than 64");
    assertThat(ours("<" + "n".repeat(100_000) + "/>")).contains("BAD");
  }

  @Test
  void whateverTheBytesItEnds() {
    var random = new Random(4711);
    String seed =
        "<Event a='1'><System><EventID>1</EventID></System>&amp;<![CDATA[x]]><!-- y --></Event>";
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (int i = 0; i < 20_000; i++) {
            byte[] bytes = seed.getBytes(UTF_8);
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
              bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            int cut = random.nextInt(bytes.length) + 1;
            assertThat(ours(bytes, cut))
                .matches(text -> text.endsWith("</>") || text.contains("BAD"));
          }
        });
  }

  private static String ours(String xml) {
    byte[] bytes = xml.getBytes(UTF_8);
    return ours(bytes, bytes.length);
  }

  private static String ours(byte[] bytes, int length) {
    var scanner = new XmlScanner();
    scanner.over(bytes, 0, length);
    var out = new ArrayList<String>();
    while (true) {
      Token token = scanner.next();
      switch (token) {
        case START -> out.add("<" + scanner.name() + attributes(scanner) + ">");
        case END -> out.add("</>");
        case TEXT -> text(out, scanner.text());
        case BAD -> {
          out.add("BAD " + scanner.problem());
          return String.join(" ", out);
        }
        case DONE -> {
          return String.join(" ", out);
        }
      }
    }
  }

  private static String attributes(XmlScanner scanner) {
    var out = new StringBuilder();
    for (String name : List.of("Name", "Guid", "Qualifiers", "SystemTime", "b", "c", "ProcessID")) {
      String value = scanner.attribute(name);
      if (value != null) {
        out.append(' ').append(name).append('=').append(value);
      }
    }
    return out.toString();
  }

  private static void text(List<String> out, String text) {
    boolean joins = !out.isEmpty() && out.getLast().startsWith("'");
    if (joins) {
      out.add(out.removeLast().replaceFirst("'$", "") + text + "'");
    } else if (!text.isEmpty()) {
      out.add("'" + text + "'");
    }
  }

  private static String theirs(String record) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    XMLStreamReader reader =
        factory.createXMLStreamReader(new ByteArrayInputStream(record.getBytes(UTF_8)), "UTF-8");
    var out = new ArrayList<String>();
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          var attributes = new StringBuilder();
          for (String name :
              List.of("Name", "Guid", "Qualifiers", "SystemTime", "b", "c", "ProcessID")) {
            String value = reader.getAttributeValue(null, name);
            if (value != null) {
              attributes.append(' ').append(name).append('=').append(value);
            }
          }
          out.add("<" + reader.getLocalName() + attributes + ">");
        }
        case XMLStreamConstants.END_ELEMENT -> out.add("</>");
        case XMLStreamConstants.CHARACTERS -> text(out, reader.getText());
        default -> {}
      }
    }
    return String.join(" ", out);
  }
}
