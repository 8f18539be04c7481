package io.graftwatch.linux.log;

import com.fasterxml.jackson.core.JsonToken;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineParser;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.linux.line.Decimal;
import io.graftwatch.linux.line.JsonLine;
import io.graftwatch.linux.line.Stamps;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Kind `journal`: what `journalctl -o json` prints. The record's id is its cursor. A message that
/// is not UTF-8 comes as an array of bytes.
///
/// Only journald itself can say that a record came from the kernel (`_TRANSPORT`); a program that
/// calls itself `kernel` is none.
final class JournalParser implements LineParser {
  private final Origin origin;

  JournalParser(Origin origin) {
    this.origin = origin;
  }

  @Override
  public Outcome parse(Line line, FactSink sink) {
    if (line.isEmpty()) {
      return Outcome.FILTERED;
    }
    var entry = new Entry();
    boolean whole = JsonLine.read(line, entry);
    boolean broken = !whole && !line.truncated();
    if (broken || entry.time == Stamps.NONE) {
      return Outcome.MALFORMED;
    }
    String message = entry.message();
    Function<Provenance, Fact> fact =
        message.isEmpty() ? null : Programs.read(entry.program(), message, entry.unit);
    if (fact == null) {
      return Outcome.FILTERED;
    }
    double trust = entry.fromKernel() ? Provenance.KERNEL : Provenance.APPLICATION;
    String cursor = entry.cursor;
    sink.accept(
        fact.apply(
            cursor == null
                ? origin.provenance(line, trust, entry.time)
                : origin.provenance(line, cursor, trust, entry.time)));
    return Outcome.PARSED;
  }

  /// The fields that matter of one record.
  private static final class Entry implements JsonLine.Fields {
    private static final int MAX_CURSOR = 512;

    private long time = Stamps.NONE;
    private @Nullable String cursor;
    private @Nullable String identifier;
    private @Nullable String exe;
    private @Nullable String unit;
    private @Nullable String transport;
    private @Nullable String text;
    private @Nullable ByteArrayOutputStream bytes;

    @Override
    public void accept(String name, JsonToken token, String value) {
      switch (name) {
        case "__REALTIME_TIMESTAMP" -> time = micros(value);
        case "__CURSOR" -> cursor = value.length() > MAX_CURSOR ? null : value;
        case "SYSLOG_IDENTIFIER" -> identifier = value;
        case "_EXE" -> exe = value;
        case "_SYSTEMD_UNIT" -> unit = value;
        case "_TRANSPORT" -> transport = value;
        case "MESSAGE" -> {
          if (token == JsonToken.VALUE_NUMBER_INT) {
            octet(value);
          } else if (text == null) {
            text = value;
          }
        }
        default -> {
          // Of some seventy fields these are enough.
        }
      }
    }

    private void octet(String value) {
      ByteArrayOutputStream collected = bytes;
      if (collected == null) {
        collected = new ByteArrayOutputStream(256);
        bytes = collected;
      }
      collected.write(Decimal.integer(value));
    }

    private static long micros(String value) {
      if (value.isEmpty() || value.length() > 17) {
        return Stamps.NONE;
      }
      long micros = 0;
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c < '0' || c > '9') {
          return Stamps.NONE;
        }
        micros = micros * 10 + c - '0';
      }
      return micros;
    }

    String message() {
      if (text != null) {
        return text;
      }
      return bytes == null ? "" : bytes.toString(StandardCharsets.UTF_8);
    }

    boolean fromKernel() {
      return "kernel".equals(transport);
    }

    String program() {
      if (fromKernel()) {
        return "kernel";
      }
      String program = identifier != null ? identifier : exe;
      return program == null || program.equals("kernel") ? "" : program;
    }
  }
}
