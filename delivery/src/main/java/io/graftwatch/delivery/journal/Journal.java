package io.graftwatch.delivery.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Heartbeat;
import io.graftwatch.delivery.journal.Frame.Mark;
import io.graftwatch.delivery.journal.Segment.Entry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Keeps findings until somebody else answers for them, and what the agent needs to go on where it
/// was. Whatever is killed or torn at any byte: what [#append] called stored is there afterwards,
/// and nothing that was never appended is.
///
/// ```
/// journal/                      0700, owned by the agent's user
///   owner                       pid of the process that has it, under a lock
///   commit-0000000000000057     checkpoints + detector state + next sequence; the two newest
///   commit-0000000000000058
///   4-0000000000000812.seg      findings of severity 4 (High) from sequence 812 on, at most 4 MiB
///   ┌────────┬───────┬───────┬───────┬─ ─
///   │ header │ frame │ frame │ frame │      a frame carries its length, its CRC32C, its sequence,
///   └────────┴───────┴───────┴───────┴─ ─    and a mark for each output that has it
///   counters                    two copies of 512 bytes: totals of segments that are gone
///   reserve                     1 MiB, given up when marking and unlinking need it
///   quarantine/                 damaged files, and records that an output will never take
/// ```
///
/// A finding goes: append → frame forced → an output takes it → mark written in place → all records
/// of the segment marked → totals forced into the counters → segment unlinked. A crash between any
/// two steps at most sends a record again, under the same `metadata.uid`.
///
/// A segment is unlinked only when both kept commits came after it. So whichever commit a restart
/// begins with, the findings that the detector says again are still known here and are not taken
/// twice.
///
/// All methods may be called from any thread.
public final class Journal implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition appended = lock.newCondition();
  private final InstantSource clock;
  private final Limits limits;
  private final Closeable owner;
  private final Counters counters;
  private final Commits commits;
  private final Notices notices;
  private final Retirement retirement;
  private final Lanes lanes;
  private final KnownIds known = new KnownIds();
  private final Commits.Commit recovered;
  private long nextSequence;
  private long lost;
  private long ioErrors;

  /// Outputs that were woken, by slot.
  private int woken;

  /// The next sequence at each output's last take.
  private final long[] taken = new long[Frame.SLOTS];

  /// What became of a finding.
  public enum Appended {
    /// It is on the disk.
    STORED,
    /// The journal has or had it already.
    KNOWN,
    /// There was no room, or the disk failed; it is counted as dropped.
    DROPPED
  }

  /// Opens or creates the journal and recovers what is in it.
  ///
  /// @param folder made with mode 0700 when it is missing
  /// @param outputs names of the outputs that must have every record, at most 4; with none, records
  ///   stay until the limits bite
  /// @throws JournalException when it must not be used: the sentence says why and what to do
  public static Journal open(Path folder, Limits limits, List<String> outputs, InstantSource clock)
      throws IOException {
    Owner owner = Owner.claim(folder);
    try {
      return new Journal(new RealDisk(), folder, limits, outputs, clock, owner);
    } catch (JournalException e) {
      owner.close();
      throw e;
    } catch (IOException e) {
      owner.close();
      throw new JournalException(
          "the journal in %s cannot be opened: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /// @param owner what to release at the end
  Journal(
      Disk disk,
      Path folder,
      Limits limits,
      List<String> outputs,
      InstantSource clock,
      Closeable owner)
      throws IOException {
    this.clock = clock;
    this.limits = limits;
    this.owner = owner;
    notices = new Notices(disk, folder);
    commits = new Commits(disk, folder);
    recovered = commits.recover(notices);
    counters = Counters.open(disk, folder);
    retirement = new Retirement(disk, folder, counters, notices);
    retirement.recover();
    Outputs wanted = Outputs.assign(counters.outputs, outputs);
    lanes = new Lanes(disk, folder, limits, notices, retirement, wanted);
    long last = new Recovery(disk, folder, notices).read(lanes, known, wanted);
    nextSequence = Math.max(last + 1, Math.max(recovered.nextSequence(), counters.nextSequence));
    lost = Math.max(0, ledger().remainder());
    if (lost > 0) {
      notices.add(
          "%d findings of sequence 1 to %d are missing and count as dropped"
              .formatted(lost, nextSequence - 1));
    }
    counters.nextSequence = nextSequence;
    retirement.evenWhenFull(counters::write);
    retirement.reserve();
  }

  /// What to go on from: checkpoints and detector state of the newest commit that is whole. Empty
  /// when there is none.
  public Map<String, String> checkpoints() {
    return recovered.checkpoints();
  }

  public byte[] state() {
    return recovered.state();
  }

  /// Makes findings durable in one go, each with the next sequence. Returns after the disk has
  /// them.
  ///
  /// @return what became of each, in order
  public List<Appended> append(List<DetectionFinding> findings) {
    lock.lock();
    try {
      var results = new ArrayList<Appended>(findings.size());
      var written = new ArrayList<Written>(findings.size());
      for (DetectionFinding finding : findings) {
        results.add(write(finding, results.size(), written));
      }
      force(written, results);
      appended.signalAll();
      return results;
    } finally {
      lock.unlock();
    }
  }

  public Appended append(DetectionFinding finding) {
    return append(List.of(finding)).getFirst();
  }

  /// Makes the agent's position durable: after a restart the sources read on from these
  /// checkpoints, and the detector from this state. Findings that came before must have been
  /// appended.
  ///
  /// @return false when the disk refused; the commit before stays in force
  public boolean commit(Map<String, String> checkpoints, byte[] state) {
    lock.lock();
    try {
      commits.write(nextSequence, micros(), checkpoints, state);
    } catch (IOException e) {
      ioErrors++;
      notices.add("the position cannot be committed: " + e.getMessage());
      return false;
    } finally {
      lock.unlock();
    }
    tidy();
    return true;
  }

  /// The view of one of the outputs that the journal was opened with.
  public Queue queue(String output) {
    int slot = counters.outputs.indexOf(output);
    if (slot < 0) {
      throw new IllegalArgumentException("no output " + output + " in " + counters.outputs);
    }
    return new JournalQueue(this, output, slot);
  }

  /// Findings by fate, since the journal was made.
  public Heartbeat.FindingLedger ledger() {
    lock.lock();
    try {
      long[] sums = new long[3];
      lanes.forEach(segment -> {
        sums[0] += segment.stored;
        sums[1] += segment.rejected;
        sums[2] += segment.unfinished;
      });
      return new Heartbeat.FindingLedger(
          nextSequence - 1,
          counters.stored + sums[0],
          sums[2],
          counters.rejected + sums[1],
          counters.dropped + lost);
    } finally {
      lock.unlock();
    }
  }

  public Heartbeat.Spool spool() {
    lock.lock();
    try {
      long[] records = new long[1];
      long[] oldest = {Long.MAX_VALUE};
      lanes.forEach(segment -> {
        records[0] += segment.unfinished;
        if (segment.unfinished > 0) {
          oldest[0] = Math.min(oldest[0], segment.firstTime);
        }
      });
      Long time = oldest[0] == Long.MAX_VALUE ? null : (Long) (oldest[0] / 1000);
      return new Heartbeat.Spool(records[0], lanes.bytes(), time, limits.bytes());
    } finally {
      lock.unlock();
    }
  }

  /// The newest things that went wrong, each one sentence.
  public List<String> notices() {
    lock.lock();
    try {
      return notices.all();
    } finally {
      lock.unlock();
    }
  }

  /// Failed writes since the start.
  public long ioErrors() {
    lock.lock();
    try {
      return ioErrors;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      lanes.close();
      counters.close();
      owner.close();
    } finally {
      lock.unlock();
    }
  }

  List<Pending> take(int slot, int maxRecords, int maxBytes) {
    lock.lock();
    try {
      taken[slot] = nextSequence;
      return lanes.take(
          slot,
          maxRecords,
          maxBytes,
          entry -> {
            lost++;
            notices.add("record %d cannot be read any more".formatted(entry.sequence));
          });
    } finally {
      lock.unlock();
    }
  }

  void acknowledge(int slot, List<Pending> records) {
    lock.lock();
    try {
      for (Pending record : records) {
        lanes.mark((Entry) record.ref(), slot, Mark.STORED);
      }
      lanes.compact();
    } finally {
      lock.unlock();
    }
    tidy();
  }

  void reject(int slot, String output, Pending record, String reason) {
    lock.lock();
    try {
      notices.quarantine(record, output, reason);
      lanes.mark((Entry) record.ref(), slot, Mark.REJECTED);
      lanes.compact();
    } finally {
      lock.unlock();
    }
  }

  boolean await(int slot, Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (size(slot) == 0 && !isWoken(slot) && left > 0) {
        left = appended.awaitNanos(left);
      }
      woken &= ~(1 << slot);
      return size(slot) > 0;
    } finally {
      lock.unlock();
    }
  }

  void pause(int slot, Duration atMost, boolean fresh) throws InterruptedException {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (!(fresh && nextSequence > taken[slot]) && !isWoken(slot) && left > 0) {
        left = appended.awaitNanos(left);
      }
      woken &= ~(1 << slot);
    } finally {
      lock.unlock();
    }
  }

  private boolean isWoken(int slot) {
    return (woken & (1 << slot)) != 0;
  }

  void wake(int slot) {
    lock.lock();
    try {
      woken |= 1 << slot;
      appended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  long size(int slot) {
    lock.lock();
    try {
      long[] waiting = new long[1];
      lanes.forEach(segment -> waiting[0] += segment.pending[slot]);
      return waiting[0];
    } finally {
      lock.unlock();
    }
  }

  /// A record that is written and not yet forced.
  private record Written(int place, Entry entry, String uid, byte[] json) {}

  private Appended write(DetectionFinding finding, int place, List<Written> written) {
    String uid = finding.metadata().uid();
    if (known.contains(uid)) {
      return Appended.KNOWN;
    }
    if (uid.isEmpty() || uid.getBytes(UTF_8).length > Frame.MAX_UID) {
      throw new IllegalArgumentException("metadata.uid of " + uid.length() + " characters");
    }
    long now = micros();
    long sequence = nextSequence++;
    var metadata = finding.metadata().withSequence(sequence).withLoggedTime(now / 1000);
    byte[] json = Payload.of(finding.with(metadata, finding.evidences()));
    Entry entry = json == null ? null : store(finding.severityId().id(), sequence, now, uid, json);
    if (json == null || entry == null) {
      lost++;
      return Appended.DROPPED;
    }
    known.add(uid, sequence);
    written.add(new Written(place, entry, uid, json));
    return Appended.STORED;
  }

  /// Writes a record, making room or changing to a new segment when the disk refuses.
  private @Nullable Entry store(int severity, long sequence, long time, String uid, byte[] json) {
    boolean failed = false;
    while (true) {
      try {
        return lanes.append(severity, sequence, time, uid, json);
      } catch (Disk.FullException e) {
        if (!lanes.makeRoom(severity, true)) {
          refused(e);
          return null;
        }
      } catch (IOException e) {
        refused(e);
        lanes.seal(severity);
        if (failed) {
          return null;
        }
        failed = true;
      }
    }
  }

  private void force(List<Written> written, List<Appended> results) {
    Set<Segment> touched = new LinkedHashSet<>();
    written.forEach(record -> touched.add(record.entry().segment));
    for (Segment segment : touched) {
      if (segment.gone || forced(segment)) {
        continue;
      }
      List<Written> failed =
          written.stream().filter(record -> record.entry().segment == segment).toList();
      lanes.withdraw(segment, failed.stream().map(Written::entry).toList());
      for (Written record : failed) {
        if (!rewrite(record)) {
          known.remove(record.uid());
          lost++;
          results.set(record.place(), Appended.DROPPED);
        }
      }
    }
  }

  /// Writes a record once more, elsewhere, since it is not known whether the first copy is there.
  private boolean rewrite(Written record) {
    Entry first = record.entry();
    Entry second =
        store(first.segment.severity, first.sequence, first.time, record.uid(), record.json());
    if (second == null || forced(second.segment)) {
      return second != null;
    }
    lanes.withdraw(second.segment, List.of(second));
    return false;
  }

  private boolean forced(Segment segment) {
    try {
      lanes.force(segment);
      return true;
    } catch (IOException e) {
      refused(e);
      return false;
    }
  }

  private void refused(IOException e) {
    ioErrors++;
    notices.add("the journal cannot be written: " + e.getMessage());
  }

  private void tidy() {
    lock.lock();
    try {
      known.trim(commits.floor());
      lanes.tidy(commits.floor(), micros() - limits.age().toNanos() / 1000);
      retirement.reserve();
    } finally {
      lock.unlock();
    }
  }

  private long micros() {
    var now = clock.instant();
    return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1000;
  }
}
