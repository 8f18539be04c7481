package io.graftwatch.esxi.map;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.esxi.line.Frames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Mutated messages of every form: each is counted once, and none gets an exception out.
@Tag("fuzz")
final class HostileMessagesTest {
  private static final Path CASES = Path.of("src/test/resources/cases");
  private static final int ROWS = Integer.getInteger("graftwatch.rows", 100_000);
  private static final String[] PIECES = {
    "\0",
    "\u001b[2J",
    "]",
    "[",
    "'",
    "\"",
    "{",
    "\\",
    "<999>",
    "%s%n",
    "\u00ff\u00fe",
    " ",
    "9".repeat(40),
    "[Originator@6876 ",
    "Options = {",
    "VIBs in image profile: ",
    "Event ",
    "us: [",
    "_bootbank_"
  };

  @ParameterizedTest
  @ValueSource(
      strings = {
        "m05-console-shell.file", "m02-signature-bypass-over-ssh.file", "m22-version-6.file",
        "m03-known-vendor-forced.wire", "m01-api-forced-install.wire", "m21-relayed-rfc3164.wire",
        "m12-extension.wire", "m17-crash-after-install.wire"
      })
  void eachIsCountedOnce(String name) throws IOException {
    byte[] whole = Files.readAllBytes(CASES.resolve(name));
    List<byte[]> messages =
        name.startsWith("m17") ? counted(whole) : lines(new String(whole, ISO_8859_1));
    var counters = new SourceCounters();
    var reader = reader(name.endsWith(".wire"), counters);
    var random = new Random(name.hashCode());
    var line = new Line();
    for (int row = 1; row <= ROWS; row++) {
      byte[] bytes = mutated(messages.get(random.nextInt(messages.size())), random);
      reader.read(
          line.at(bytes, 0, bytes.length, row, false, true), random.nextBoolean(), false, _ -> {});
    }
    assertThat(counters.snapshot().read()).isEqualTo(ROWS);
    if (name.endsWith(".wire")) {
      // A line of a file that begins like none goes on with the one before.
      assertThat(counters.snapshot().malformed()).isPositive();
    }
    assertThat(counters.snapshot().parsed()).isPositive();
  }

  @Test
  void streamsOfAnythingComeToTheirEnd() throws IOException {
    var random = new Random(7);
    byte[] whole = Files.readAllBytes(CASES.resolve("m17-crash-after-install.wire"));
    for (int stream = 0; stream < 2_000; stream++) {
      byte[] bytes = mutated(whole, random);
      var frames = new Frames(512, true, random.nextBoolean());
      int[] at = new int[1];
      int taken = 0;
      while (true) {
        if (frames.next()) {
          assertThat(frames.to() - frames.from()).isBetween(0, Frames.MAX);
          taken++;
        } else if (frames.fill(
                (buffer, offset, room) -> {
                  int some =
                      Math.min(Math.min(room, 1 + random.nextInt(300)), bytes.length - at[0]);
                  System.arraycopy(bytes, at[0], buffer, offset, some);
                  at[0] += some;
                  return some == 0 ? -1 : some;
                })
            < 0) {
          break;
        }
      }
      taken += frames.rest() ? 1 : 0;
      assertThat(taken).isLessThanOrEqualTo(bytes.length + 1);
    }
  }

  private static EsxiReader reader(boolean wire, SourceCounters counters) {
    long now = Instant.parse("2026-11-24T12:00:00Z").getEpochSecond() * 1_000_000;
    var origin = new Origin("esxi-log", "fuzz", ZoneOffset.UTC, () -> now, time -> time);
    return new EsxiReader(origin, 1, wire, null, counters, new OwnSessions(InstantSource.system()));
  }

  private static List<byte[]> lines(String text) {
    return Stream.of(text.split("\n")).map(each -> each.getBytes(ISO_8859_1)).toList();
  }

  private static List<byte[]> counted(byte[] whole) {
    return Stream.of(new String(whole, ISO_8859_1).split("(?=\\d{2,4} <)"))
        .map(each -> each.substring(each.indexOf(' ') + 1).getBytes(ISO_8859_1))
        .toList();
  }

  private static byte[] mutated(byte[] message, Random random) {
    var text = new StringBuilder(new String(message, ISO_8859_1));
    for (int change = random.nextInt(4); change >= 0 && !text.isEmpty(); change--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(5)) {
        case 0 -> text.setCharAt(at, (char) random.nextInt(256));
        case 1 -> text.setLength(at);
        case 2 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
        case 3 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(20)));
        default -> text.insert(at, text.substring(0, Math.min(text.length(), at + 10)));
      }
    }
    return text.toString().getBytes(ISO_8859_1);
  }
}
