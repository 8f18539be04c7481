package io.graftwatch.core.line;

import io.graftwatch.core.fact.Provenance;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/// The log that lines come from, as their parser must know it.
///
/// @param kind source kind: `syslog`, `apache-error`, …
/// @param name what the file is called where a record is shown
/// @param zone zone of stamps that have none
/// @param reference microseconds since the epoch: a stamp without a year takes the latest year that
///   is not more than 24 h after this, and lines before the first stamp happened then
/// @param seen the agent's clock when it read a record, given the record's time: a recording is
///   read in its own time
public record Origin(
    String kind, String name, ZoneId zone, LongSupplier reference, LongUnaryOperator seen) {

  /// A line as the record of a fact, named by its time and content, shown by file and number.
  public Provenance provenance(Line line, double trust, long time) {
    String identity = time + ":" + hash(line);
    String place = name + ":" + line.number();
    return new Provenance(
        kind, identity, place, trust, time, seen.applyAsLong(time), null, false, line.raw());
  }

  /// A line whose record has an id of its own.
  public Provenance provenance(Line line, String id, double trust, long time) {
    return new Provenance(kind, id, trust, time, seen.applyAsLong(time), null, line.raw());
  }

  /// The first 64 bits of SHA-256: whoever writes to a log must not be able to make a line that is
  /// taken for another.
  private static String hash(Line line) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(line.bytes(), line.from(), line.length());
      return HexFormat.of().formatHex(sha256.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
