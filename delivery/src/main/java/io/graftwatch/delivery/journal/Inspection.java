package io.graftwatch.delivery.journal;

import io.graftwatch.delivery.journal.Frame.Mark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Looks into a journal without touching it, also while its owner is at work: what it has written
/// half then may look torn.
public final class Inspection {
  private final Path folder;
  private final Disk disk = RealDisk.readOnly();
  private final SegmentReader reader = new SegmentReader();

  public Inspection(Path folder) {
    this.folder = folder;
  }

  /// A file of the journal.
  ///
  /// @param records valid ones; 1 for a whole commit
  /// @param firstSequence of its records, or the next sequence of a commit
  /// @param problems each one sentence; empty when the file is as it should be
  public record FileReport(
      String name, long bytes, int records, long firstSequence, List<String> problems) {}

  /// A record as it lies there.
  ///
  /// @param time when the journal took it, microseconds since the epoch
  /// @param fates what became of it, by output; an output that still waits is not in it
  /// @param payload the finding as JSON
  public record Stored(
      String file,
      long sequence,
      long time,
      int severity,
      String uid,
      Map<String, String> fates,
      byte[] payload) {}

  /// Told of each record.
  public interface Visitor {
    void visit(Stored record) throws IOException;
  }

  /// Every segment and commit, read in full.
  public List<FileReport> verify() throws IOException {
    var reports = new ArrayList<FileReport>();
    for (String name : disk.list(folder)) {
      Segment segment = Segment.parse(folder, name);
      if (segment != null) {
        reports.add(verify(segment));
      } else if (name.startsWith(Commits.PREFIX) && !name.endsWith(".tmp")) {
        reports.add(verifyCommit(folder.resolve(name)));
      }
    }
    return reports;
  }

  /// Every record that can be read, lowest severity first, then oldest first.
  public void records(Visitor visitor) throws IOException {
    List<String> names = outputs();
    Outputs outputs = Outputs.assign(new ArrayList<>(names), names);
    for (String name : disk.list(folder)) {
      Segment segment = Segment.parse(folder, name);
      if (segment == null) {
        continue;
      }
      var frames = new ArrayList<Frame>();
      try (Disk.DiskFile file = disk.open(segment.path, false)) {
        reader.walk(file, name, Limits.SEGMENT, new Collector(frames, new ArrayList<>()));
        for (Frame frame : frames) {
          Pending read =
              reader.read(file, name, frame.offset(), new Segment.Entry(segment, frame, outputs));
          if (read != null && frame.mark(0, outputs) != Mark.VOID) {
            visitor.visit(stored(name, frame, read, fates(frame, names, outputs)));
          }
        }
      }
    }
  }

  /// The detector's state in the newest whole commit; empty when there is none.
  public byte[] state() throws IOException {
    byte[] newest = new byte[0];
    for (String name : disk.list(folder)) {
      if (name.startsWith(Commits.PREFIX) && !name.endsWith(".tmp")) {
        Commits.Commit commit = Commits.read(disk, folder.resolve(name));
        newest = commit == null ? newest : commit.state();
      }
    }
    return newest;
  }

  private static Stored stored(String file, Frame frame, Pending read, Map<String, String> fates) {
    return new Stored(
        file, frame.sequence(), frame.time(), frame.severity(), frame.uid(), fates, read.payload());
  }

  private static Map<String, String> fates(Frame frame, List<String> names, Outputs outputs) {
    var fates = new TreeMap<String, String>();
    for (int slot = 0; slot < names.size(); slot++) {
      switch (frame.mark(slot, outputs)) {
        case STORED -> fates.put(names.get(slot), "stored");
        case REJECTED -> fates.put(names.get(slot), "rejected");
        case PENDING, VOID -> {}
      }
    }
    return fates;
  }

  private List<String> outputs() throws IOException {
    if (!Files.exists(folder.resolve(Counters.FILE))) {
      return List.of();
    }
    Counters counters = Counters.open(disk, folder);
    counters.close();
    return counters.outputs;
  }

  private FileReport verify(Segment segment) {
    var frames = new ArrayList<Frame>();
    var problems = new ArrayList<String>();
    long bytes = 0;
    try (Disk.DiskFile file = disk.open(segment.path, false)) {
      bytes = file.size();
      String header = Segment.checkHeader(segment.path, file);
      if (header != null) {
        problems.add(header);
      }
      reader.walk(file, segment.name, Limits.SEGMENT, new Collector(frames, problems));
    } catch (IOException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    return new FileReport(segment.name, bytes, frames.size(), segment.first, problems);
  }

  private FileReport verifyCommit(Path path) throws IOException {
    String name = String.valueOf(path.getFileName());
    try {
      Commits.Commit commit = Commits.read(disk, path);
      long bytes = Files.size(path);
      return commit == null
          ? new FileReport(name, bytes, 0, 0, List.of("damaged"))
          : new FileReport(name, bytes, 1, commit.nextSequence(), List.of());
    } catch (JournalException e) {
      return new FileReport(name, 0, 0, 0, List.of(String.valueOf(e.getMessage())));
    }
  }

  private record Collector(List<Frame> frames, List<String> problems)
      implements SegmentReader.Visitor {
    @Override
    public void frame(Frame frame) {
      frames.add(frame);
    }

    @Override
    public void damage(int from, int to) {
      problems.add("bytes %d to %d are no record".formatted(from, to));
    }
  }
}
