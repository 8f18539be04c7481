package io.graftwatch.linux.audit;

import java.nio.charset.StandardCharsets;

/// The head of one audit record, parsed in place: `type=X msg=audit(seconds.millis:serial): body`,
/// with an optional `node=name ` before it. One object serves a whole stream.
final class AuditRecord {
  private static final int NODE = 'n' << 24 | 'o' << 16 | 'd' << 8 | 'e';
  private static final int TYPE = 't' << 24 | 'y' << 16 | 'p' << 8 | 'e';
  private static final int AUDIT = 'a' << 24 | 'u' << 16 | 'd' << 8 | 'i';
  private static final int MSG = 'm' << 24 | 's' << 16 | 'g' << 8 | '=';

  byte[] bytes = new byte[0];

  /// The record without a node prefix and without the line's end.
  int from;

  int to;

  /// Where the event's native id begins: `1795489589.400:336110`, time and serial as printed. It
  /// ends before the `): ` of the body.
  int id;

  /// Where the fields begin. Not set for types that nobody reads further.
  int body;

  int type;

  /// Microseconds since the epoch; the kernel gives milliseconds in steps of about 4.
  long time;

  /// 0 to 2^32 - 1.
  long serial;

  /// Parses a line of `audit.log`; false when it is no audit record.
  boolean parse(byte[] line, int lineFrom, int lineTo) {
    bytes = line;
    int at = lineFrom;
    to = lineTo;
    if (word(line, at) == NODE && at + 4 < to && line[at + 4] == '=') {
      while (at < to && line[at] != ' ') {
        at++;
      }
      at++;
    }
    from = at;
    if (word(line, at) != TYPE || at + 4 >= to || line[at + 4] != '=') {
      return false;
    }
    at += 5;
    int name = at;
    while (at < to && line[at] != ' ') {
      at++;
    }
    type = RecordType.of(line, name, Math.min(at, to));
    if (word(line, at + 1) != MSG) {
      return false;
    }
    id = at + 11;
    boolean ignored = type == RecordType.OTHER || type == RecordType.PROCTITLE;
    return ignored ? word(line, at + 5) == AUDIT : stamp(at + 5);
  }

  /// `audit(1795489589.400:336110): `, the part that netlink gives too.
  private boolean stamp(int start) {
    byte[] b = bytes;
    if (word(b, start) != AUDIT || start + 6 > to || b[start + 4] != 't' || b[start + 5] != '(') {
      return false;
    }
    int at = start + 6;
    int digits = at;
    long seconds = 0;
    while (at < to && b[at] >= '0' && b[at] <= '9') {
      seconds = seconds * 10 + (b[at++] - '0');
    }
    if (at == digits || at - digits > 11 || at + 4 >= to || b[at] != '.' || b[at + 4] != ':') {
      return false;
    }
    long millis = Bytes.decimal(b, at + 1, at + 4);
    at += 5;
    digits = at;
    long number = 0;
    while (at < to && b[at] >= '0' && b[at] <= '9') {
      number = number * 10 + (b[at++] - '0');
    }
    if (millis < 0
        || at == digits
        || at - digits > 10
        || number > 0xFFFF_FFFFL
        || at + 1 >= to
        || b[at] != ')'
        || b[at + 1] != ':') {
      return false;
    }
    time = (seconds * 1000 + millis) * 1000;
    serial = number;
    body = at + 2;
    return true;
  }

  /// Four bytes as one comparable value; 0 when they would pass the end.
  private int word(byte[] b, int at) {
    return at + 4 > to
        ? 0
        : (b[at] & 0xFF) << 24
            | (b[at + 1] & 0xFF) << 16
            | (b[at + 2] & 0xFF) << 8
            | (b[at + 3] & 0xFF);
  }

  /// The event's native id.
  String idText() {
    return new String(bytes, id, body - 2 - id, StandardCharsets.ISO_8859_1);
  }
}
