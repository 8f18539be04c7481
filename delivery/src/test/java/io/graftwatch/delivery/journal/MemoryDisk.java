package io.graftwatch.delivery.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A disk that remembers what was made durable and what was not, that can stop the world at any
/// operation, fail, and be full.
final class MemoryDisk implements Disk {
  /// The process is gone.
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  /// What makes an operation fail.
  interface Fault {
    /// @param operation `write`, `force`, `truncate`, `open`, `move`, `delete`, `sync`, …
    void check(String operation, Path path) throws IOException;
  }

  Fault fault = (_, _) -> {};
  long capacity = Long.MAX_VALUE;
  int operations;

  /// The operation at which the world stops; it is done by half.
  int killAt = Integer.MAX_VALUE;

  final Map<Path, Node> names = new TreeMap<>();
  private Map<Path, Node> durableNames = new TreeMap<>();
  private final List<Map<Path, Node>> unsynced = new ArrayList<>();

  static final class Node {
    byte[] data = new byte[0];
    byte[] durable = new byte[0];
    private final List<Change> unforced = new ArrayList<>();
    boolean regular = true;
  }

  /// @param bytes null for a truncation to `position`
  private record Change(long position, byte @Nullable [] bytes) {
    byte[] apply(byte[] data) {
      if (bytes == null) {
        return Arrays.copyOf(data, (int) position);
      }
      byte[] result = Arrays.copyOf(data, Math.max(data.length, (int) position + bytes.length));
      System.arraycopy(bytes, 0, result, (int) position, bytes.length);
      return result;
    }
  }

  /// What the next process finds after a kill: the operating system lived on.
  MemoryDisk afterKill() {
    MemoryDisk next = new MemoryDisk();
    names.forEach((path, node) -> next.put(path, node.data, node.regular));
    return next;
  }

  /// What the next process finds after a power cut: all that was forced, and of the rest what luck
  /// would have it.
  MemoryDisk afterPowerCut(RandomGenerator random) {
    MemoryDisk next = new MemoryDisk();
    int kept = random.nextInt(unsynced.size() + 1);
    Map<Path, Node> found = kept == 0 ? durableNames : unsynced.get(kept - 1);
    found.forEach((path, node) -> {
      byte[] data = node.durable;
      for (Change change : node.unforced) {
        int luck = random.nextInt(4);
        if (luck == 0) {
          data = change.apply(data);
        } else if (luck == 1 && change.bytes() != null && change.bytes().length > 0) {
          byte[] part = Arrays.copyOf(change.bytes(), random.nextInt(change.bytes().length));
          data = new Change(change.position(), part).apply(data);
        } else if (luck == 2 && change.bytes() != null) {
          data = new Change(change.position(), new byte[change.bytes().length]).apply(data);
        }
      }
      next.put(path, data, node.regular);
    });
    return next;
  }

  Node put(Path path, byte[] data, boolean regular) {
    Node node = new Node();
    node.data = data.clone();
    node.durable = node.data;
    node.regular = regular;
    names.put(path, node);
    durableNames.put(path, node);
    return node;
  }

  Node node(Path path) {
    return Objects.requireNonNull(names.get(path), path::toString);
  }

  long used() {
    return names.values().stream().mapToLong(node -> node.data.length).sum();
  }

  private boolean begin(String operation, Path path) throws IOException {
    if (operations > killAt) {
      throw new Killed();
    }
    fault.check(operation, path);
    return operations++ == killAt;
  }

  private void renamed() {
    unsynced.add(new TreeMap<>(names));
  }

  @Override
  public DiskFile open(Path path, boolean create) throws IOException {
    if (begin("open", path)) {
      throw new Killed();
    }
    Node node = names.get(path);
    if (node == null) {
      if (!create) {
        throw new NoSuchFileException(path.toString());
      }
      node = new Node();
      names.put(path, node);
      renamed();
    }
    if (!node.regular) {
      throw new IOException(path + " is not a regular file");
    }
    return new MemoryFile(path, node);
  }

  @Override
  public List<String> list(Path folder) {
    return names.keySet().stream()
        .filter(path -> folder.equals(path.getParent()))
        .map(path -> String.valueOf(path.getFileName()))
        .sorted()
        .toList();
  }

  @Override
  public boolean isRegular(Path path) {
    Node node = names.get(path);
    return node != null && node.regular;
  }

  @Override
  public void makeFolder(Path folder) {}

  @Override
  public void move(Path from, Path to) throws IOException {
    boolean last = begin("move", from);
    Node node = names.remove(from);
    if (node == null) {
      throw new NoSuchFileException(from.toString());
    }
    names.put(to, node);
    renamed();
    if (last) {
      throw new Killed();
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    boolean last = begin("delete", path);
    names.remove(path);
    renamed();
    if (last) {
      throw new Killed();
    }
  }

  @Override
  public void sync(Path folder) throws IOException {
    if (begin("sync", folder)) {
      throw new Killed();
    }
    durableNames = new TreeMap<>(names);
    unsynced.clear();
  }

  @Override
  public long usable(Path folder) {
    return capacity - used();
  }

  private final class MemoryFile implements DiskFile {
    private final Path path;
    private final Node node;

    MemoryFile(Path path, Node node) {
      this.path = path;
      this.node = node;
    }

    @Override
    public void read(ByteBuffer into, long position) throws IOException {
      fault.check("read", path);
      int length = Math.clamp(node.data.length - position, 0, into.remaining());
      into.put(node.data, (int) position, length);
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      boolean last = begin("write", path);
      byte[] bytes = new byte[from.remaining()];
      from.get(bytes);
      long grown = Math.max(0, position + bytes.length - node.data.length);
      long room = capacity - used();
      if (last || grown > room) {
        int part = last ? bytes.length / 2 : (int) (bytes.length - grown + Math.max(0, room));
        change(new Change(position, Arrays.copyOf(bytes, part)));
        if (last) {
          throw new Killed();
        }
        throw new FullException("no space left for " + path);
      }
      change(new Change(position, bytes));
    }

    @Override
    public void force() throws IOException {
      if (begin("force", path)) {
        throw new Killed();
      }
      node.durable = node.data;
      node.unforced.clear();
    }

    @Override
    public void truncate(long size) throws IOException {
      boolean last = begin("truncate", path);
      if (size < node.data.length) {
        change(new Change(size, null));
      }
      if (last) {
        throw new Killed();
      }
    }

    @Override
    public long size() {
      return node.data.length;
    }

    @Override
    public void close() {}

    private void change(Change change) {
      node.data = change.apply(node.data);
      node.unforced.add(change);
    }
  }
}
