package io.graftwatch.linux.tail;

import io.graftwatch.core.line.LineReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Follows a log file through rotation, truncation and restarts, line by line, each line once.
///
/// - renamed and created anew: the old file is read to its end, then those rotated in between, then
///   the new one from its beginning; for a while also what writers still append to the old one
/// - copied and truncated: the copy is read to its end first; what was written between copy and cut
///   is lost, and said
/// - truncated in place, deleted, replaced: read from the beginning
///
/// A file that appears after the start is read from its beginning. One thread uses it; it
/// has no clock and does not wait: see [FileWatch].
public final class LogTail implements AutoCloseable {
  /// How often the name is looked up when nobody says that it changed, microseconds.
  private static final int MAX_PLACES = 6;

  private static final long CHECK = 1_000_000;

  /// How long writers may still append to a file that was renamed, microseconds.
  private static final long LINGER = 60_000_000;

  private final Path path;
  private final Consumer<String> gaps;

  /// Places from before the restart, for files that come later than the first of them.
  private final List<Place> known;

  private @Nullable OpenFile current;

  /// The current file is one that was rotated away: others follow it.
  private boolean behind;

  private @Nullable OpenFile previous;
  private @Nullable LineReader line;
  private long lingerUntil;
  private long checked;
  private boolean suspect = true;

  private LogTail(Path path, List<Place> known, Consumer<String> gaps) {
    this.path = path;
    this.known = known;
    this.gaps = gaps;
  }

  /// Opens a log.
  ///
  /// @param position what [#position] gave before; null on the first start ever
  /// @param lookBack on the first start: how many bytes before the end to begin, at a line's start
  /// @param gaps takes the reason when lines are or may be lost: `truncated`, `copytruncate`,
  ///   `rotated_away`
  public static LogTail open(
      Path path, @Nullable String position, long lookBack, Consumer<String> gaps)
      throws IOException {
    List<Place> known = position == null ? List.of() : Place.parse(position);
    var tail = new LogTail(path.toAbsolutePath(), known, gaps);
    if (!known.isEmpty()) {
      tail.resume(known.getFirst(), "rotated_away");
    } else if (position == null) {
      tail.begin(lookBack);
    }
    return tail;
  }

  private void begin(long lookBack) throws IOException {
    if (Identity.of(path, 0) == null) {
      return;
    }
    long size = Files.size(path);
    // One byte earlier, so that a line that begins exactly there is not passed over.
    long start = Math.max(0, size - lookBack - 1);
    current = OpenFile.at(path, start);
    if (current != null && start > 0 && !current.lines().next()) {
      current.close();
      current = OpenFile.at(path, size);
    }
  }

  /// Moves to the next complete line; it stands in [#line].
  ///
  /// @param now the agent's clock, microseconds since the epoch
  /// @return false when there is none now
  public boolean next(long now) throws IOException {
    if (previous != null && lingering(previous, now)) {
      return true;
    }
    while (true) {
      OpenFile file = current;
      if (file != null && file.lines().next()) {
        line = file.lines();
        return true;
      }
      if (!behind && !due(now)) {
        return false;
      }
      if (file == null) {
        current = OpenFile.at(path, 0);
        if (current == null) {
          return false;
        }
      } else if (file.restarted(true)) {
        Place place = file.place();
        file.close();
        current = null;
        resume(place, "truncated");
      } else if (!follow(file, now)) {
        return false;
      }
    }
  }

  /// Something happened to the log's name: it is looked up at the next call.
  public void suspect() {
    suspect = true;
  }

  private boolean due(long now) {
    boolean due = suspect || now - checked >= CHECK || now < checked;
    if (due) {
      suspect = false;
      checked = now;
    }
    return due;
  }

  /// What writers still append to the file that was left, until its time is up.
  private boolean lingering(OpenFile old, long now) throws IOException {
    boolean over = now >= lingerUntil || now < lingerUntil - LINGER;
    if (old.lines().next() || (over && old.lines().rest())) {
      line = old.lines();
      return true;
    }
    if (over) {
      old.close();
      previous = null;
    }
    return false;
  }

  /// Goes on to the file that came after `file`, if there is one.
  private boolean follow(OpenFile file, long now) throws IOException {
    Identity there = Identity.of(path, 0);
    if (there == null || there.sameInode(file.identity())) {
      behind = false;
      return false;
    }
    List<Path> files = files();
    int at = find(files, file.place());
    Path next = at < 0 || at + 1 >= files.size() ? path : files.get(at + 1);
    OpenFile opened = OpenFile.at(next, known(next));
    if (opened == null) {
      return false;
    }
    if (previous != null) {
      previous.close();
    }
    previous = file;
    lingerUntil = now + LINGER;
    current = opened;
    behind = !next.equals(path);
    return true;
  }

  /// Finds the file that a place belongs to, under whatever name.
  private void resume(Place place, String otherwise) throws IOException {
    List<Path> files = files();
    int at = find(files, place);
    if (at < 0) {
      gaps.accept(otherwise);
    }
    Path file = at < 0 ? path : files.get(at);
    current = OpenFile.at(file, at < 0 ? 0 : place.offset());
    behind = !file.equals(path);
    if (behind) {
      Identity there = Identity.of(path, 0);
      if (there != null && there.sameInode(place.file())) {
        gaps.accept("copytruncate");
      }
    }
  }

  /// The log and what it was rotated to, the oldest first.
  private List<Path> files() throws IOException {
    var files = new ArrayList<>(Rotated.of(path));
    files.add(path);
    return files;
  }

  /// The file with the place's inode and first bytes, else the newest with its first bytes.
  private static int find(List<Path> files, Place place) throws IOException {
    int copy = -1;
    for (int i = files.size() - 1; i >= 0; i--) {
      Path file = files.get(i);
      Identity one = Identity.of(file, place.file().length());
      if (one == null
          || !one.sameHead(place.file())
          || (!Identity.compressed(file) && place.offset() > Files.size(file))) {
        continue;
      }
      if (one.sameInode(place.file())) {
        return i;
      }
      if (copy < 0 && place.file().length() > 0) {
        copy = i;
      }
    }
    return copy;
  }

  /// Where to begin in a file that follows: at its place from before the restart, if it had one.
  private long known(Path file) throws IOException {
    for (Place place : known) {
      if (find(List.of(file), place) == 0) {
        return place.offset();
      }
    }
    return 0;
  }

  /// The line that [#next] moved to: valid until the next call.
  public LineReader line() {
    if (line == null) {
      throw new IllegalStateException("no line: next() was not called or was false");
    }
    return line;
  }

  /// Where to read on after a restart, as text of at most 600 characters. It covers the lines
  /// handed out so far; null when no file was ever there.
  public @Nullable String position() throws IOException {
    var places = new ArrayList<Place>();
    if (previous != null) {
      places.add(previous.place());
    }
    if (current != null) {
      places.add(current.place());
    }
    if (behind && known.size() > 1) {
      places.addAll(known.subList(1, known.size()));
    }
    if (places.isEmpty()) {
      return null;
    }
    var text = new StringBuilder();
    for (int i = 0; i < Math.min(places.size(), MAX_PLACES); i++) {
      text.append(i == 0 ? "" : ";").append(places.get(i).text());
    }
    return text.toString();
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
    }
    if (previous != null) {
      previous.close();
    }
  }
}
