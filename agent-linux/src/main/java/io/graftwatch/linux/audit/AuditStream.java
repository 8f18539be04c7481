package io.graftwatch.linux.audit;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.SourceCounters;

/// Audit records in, facts out. The same path serves lines of `audit.log`, live or recorded, and
/// netlink payloads, so a record means the same wherever it comes from.
///
/// One thread feeds it. Every record is counted once: parsed when it belongs to a fact, malformed,
/// or filtered. Counts reach the [SourceCounters] with [#settle].
public final class AuditStream {
  /// How long a live event may stay incomplete (F36), microseconds.
  public static final long LIVE_PATIENCE = 2_000_000;

  /// How many further records an incomplete event of a recording may wait.
  private static final long REPLAY_PATIENCE = 65_536;

  private static final int MAX_EVENTS = 8192;
  private static final long MAX_BYTES = 16L << 20;
  private static final byte[] MSG = {' ', 'm', 's', 'g', '='};
  private static final byte[] TYPE = {'t', 'y', 'p', 'e', '='};

  private final SourceCounters counters;
  private final Reassembler reassembler;
  private final DoneSet standalone;
  private final FactMapper mapper;
  private final AuditRecord record = new AuditRecord();
  private final boolean live;
  private final long patience;
  private final byte[] line = new byte[16 * 1024];

  private FactSink sink = _ -> {};
  private long parsed;
  private long filtered;
  private long malformed;
  private long facts;
  private long ticks;
  private long newest;

  private AuditStream(SourceCounters counters, boolean live) {
    this.counters = counters;
    this.live = live;
    this.patience = live ? LIVE_PATIENCE : REPLAY_PATIENCE;
    this.reassembler = new Reassembler(MAX_EVENTS, MAX_BYTES, patience, 1 << 16, this::decided);
    this.standalone = new DoneSet(1 << 10);
    this.mapper = new FactMapper(counters::note);
  }

  /// For a recorded file: incomplete events wait for a number of records, whatever their times, so
  /// that the order of the lines does not matter.
  public static AuditStream ofRecording(SourceCounters counters) {
    return new AuditStream(counters, false);
  }

  /// For records as they happen, from the log or from netlink: incomplete events wait for 2 s.
  public static AuditStream ofLog(SourceCounters counters) {
    return new AuditStream(counters, true);
  }

  /// Takes a line of `audit.log`, without its end.
  ///
  /// @param seen the agent's clock, microseconds since the epoch; ignored for a recording
  public void line(byte[] bytes, int from, int to, long seen, FactSink out) {
    sink = out;
    if (record.parse(bytes, from, to)) {
      accept(seen);
    } else {
      malformed++;
    }
  }

  /// Takes a netlink message.
  ///
  /// @param type `nlmsg_type` of the header
  /// @param payload the text `audit(time:serial): …` at `[offset, offset + length)`
  /// @param seen the agent's clock, microseconds since the epoch
  public void message(int type, byte[] payload, int offset, int length, long seen, FactSink out) {
    int text = length;
    while (text > 0 && (payload[offset + text - 1] == 0 || payload[offset + text - 1] == '\n')) {
      text--;
    }
    byte[] name = RecordType.name(type);
    int head = TYPE.length + name.length + MSG.length;
    if (head + text > line.length) {
      sink = out;
      malformed++;
      return;
    }
    System.arraycopy(TYPE, 0, line, 0, TYPE.length);
    System.arraycopy(name, 0, line, TYPE.length, name.length);
    System.arraycopy(MSG, 0, line, TYPE.length + name.length, MSG.length);
    System.arraycopy(payload, offset, line, head, text);
    line(line, 0, head + text, seen, out);
  }

  /// Counts a line that is too long to be a record.
  public void malformed() {
    malformed++;
  }

  /// Takes what stands at the end of a recording without a line end. It counts when it can be told
  /// that the record is whole; half of one would be a false fact.
  public void lastLine(byte[] bytes, int from, int to, FactSink out) {
    if (whole(bytes, from, to)) {
      line(bytes, from, to, 0, out);
    } else {
      counters.note("half_line", 1);
      malformed++;
    }
  }

  private static boolean whole(byte[] b, int from, int to) {
    byte last = b[to - 1];
    if (last == '"' || last == ')' || last == '}') {
      return true;
    }
    for (int i = from; i < to; i++) {
      if (b[i] == Bytes.ENRICHED) {
        return true;
      }
    }
    return false;
  }

  private void accept(long now) {
    if (record.type == RecordType.OTHER || record.type == RecordType.PROCTITLE) {
      filtered++;
      return;
    }
    long seen = live ? now : record.time;
    long tick = live ? now : ++ticks;
    newest = Math.max(newest, record.time);
    switch (record.type) {
      case RecordType.SYSCALL,
          RecordType.PATH,
          RecordType.EXECVE,
          RecordType.CWD,
          RecordType.SOCKADDR,
          RecordType.CONFIG_CHANGE,
          RecordType.OPENAT2,
          RecordType.URINGOP -> {
        switch (reassembler.accept(record, seen, tick)) {
          case KEPT -> {}
          case FILTERED -> filtered++;
          case MALFORMED -> malformed++;
          case DUPLICATE -> repeated("duplicate");
          case LATE -> repeated("late");
        }
        if (reassembler.due(tick) || mapper.directories().due(tick - patience)) {
          reassembler.expire(tick);
          mapper.directories().release(tick - patience, this::give);
        }
      }
      case RecordType.ANOM_ABEND,
          RecordType.DAEMON_START,
          RecordType.DAEMON_END,
          RecordType.DAEMON_ABORT ->
          alone(seen);
      default -> filtered++;
    }
  }

  private void repeated(String note) {
    filtered++;
    counters.note(note, 1);
  }

  private void alone(long seen) {
    long key = DoneSet.key(record.time, record.serial);
    if (standalone.verdict(key) != DoneSet.UNKNOWN) {
      repeated("duplicate");
      return;
    }
    Fact fact = mapper.map(record, seen);
    if (fact == null) {
      malformed++;
      return;
    }
    standalone.add(key, DoneSet.REPORTED);
    parsed++;
    give(fact);
  }

  private void decided(AuditEvent event, boolean partial) {
    if (!mapper.map(event, event.touched, this::give)) {
      filtered += event.records;
      return;
    }
    if (partial) {
      counters.note("partial", 1);
    }
    parsed += event.records;
  }

  private void give(Fact fact) {
    facts++;
    sink.accept(fact);
  }

  /// Live only: gives up what has waited too long. To be called when nothing arrives, and now and
  /// then while it does.
  ///
  /// @param now the agent's clock, microseconds since the epoch
  public void idle(long now, FactSink out) {
    sink = out;
    reassembler.expireIdle(now);
    mapper.directories().release(now - patience, this::give);
  }

  /// The input has ended: incomplete events are given up.
  public void flush(FactSink out) {
    sink = out;
    reassembler.flush();
    mapper.directories().release(Long.MAX_VALUE, this::give);
  }

  /// Events that are not decided yet, and files whose folder is not known yet.
  public int inFlight() {
    return reassembler.inFlight() + mapper.directories().waiting();
  }

  /// Facts handed out so far.
  public long facts() {
    return facts;
  }

  /// Newest event time seen, microseconds since the epoch; 0 before the first record.
  public long newest() {
    return newest;
  }

  /// Moves the counts made so far into the source's counters.
  public void settle() {
    counters.parsed(parsed);
    counters.filtered(filtered);
    counters.malformed(malformed);
    parsed = 0;
    filtered = 0;
    malformed = 0;
  }
}
