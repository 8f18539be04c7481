package io.graftwatch.linux.audit;

/// One PATH record of an event. Reused.
final class PathItem {
  private static final long ITEM = Fields.key("item");
  private static final long NAME = Fields.key("name");
  private static final long INODE = Fields.key("inode");
  private static final long DEV = Fields.key("dev");
  private static final long MODE = Fields.key("mode");
  private static final long OUID = Fields.key("ouid");
  private static final long NAMETYPE = Fields.key("nametype");
  private static final long OBJTYPE = Fields.key("objtype");

  /// The first device without a disk, `00:01`.
  private static final long MEMORY = 1;

  private static final int TYPE_MASK = 0170000;
  private static final int DIRECTORY = 0040000;

  /// What the call did with the name.
  enum Type {
    NORMAL,
    PARENT,
    DELETE,
    CREATE,
    UNKNOWN
  }

  int lineFrom;
  int lineTo;
  int item;
  final Slice name = new Slice();

  /// Device as one number, major in the upper half; -1 when the record has none.
  long device;

  /// -1 when the record has none.
  long inode;

  /// File type and permission bits; -1 when the record has none.
  int mode;

  int ownerUid;
  Type type = Type.UNKNOWN;

  /// Parses a body; false when it is malformed.
  ///
  /// @param nameOnly passes over device, mode and owner
  boolean parse(byte[] bytes, int from, int to, boolean nameOnly, Fields f) {
    item = -1;
    name.clear();
    device = -1;
    inode = -1;
    mode = -1;
    ownerUid = -1;
    boolean typed = false;
    f.on(bytes, from, to);
    while (f.next()) {
      long key = f.key;
      if (key == ITEM) {
        item = (int) Math.min(f.decimal(), 64);
      } else if (key == NAME) {
        if (f.oddHex()) {
          return false;
        }
        name.set(f);
        if (nameOnly && item > 0) {
          f.skipTo('n');
        }
      } else if (key == DEV) {
        device = device(bytes, f.from, f.to);
      } else if (key == INODE) {
        inode = f.decimal();
      } else if (key == MODE) {
        mode = Bytes.octal(bytes, f.from, f.to);
      } else if (key == OUID) {
        ownerUid = (int) Math.min(f.decimal(), Integer.MAX_VALUE);
      } else if (key == NAMETYPE || key == OBJTYPE) {
        type = type(f.from < f.to ? bytes[f.from] : 0);
        typed = true;
        break;
      }
    }
    return !f.broken && item >= 0 && item < 64 && name.given() && typed;
  }

  private static long device(byte[] b, int from, int to) {
    int colon = from;
    while (colon < to && b[colon] != ':') {
      colon++;
    }
    long major = Bytes.hex(b, from, colon);
    long minor = Bytes.hex(b, colon + 1, to);
    return major < 0 || minor < 0 ? -1 : major << 32 | minor;
  }

  /// Lies on the kernel's internal mount for memfd and shared memory.
  boolean memory() {
    return device == MEMORY;
  }

  boolean directory() {
    return mode >= 0 && (mode & TYPE_MASK) == DIRECTORY;
  }

  int permissions() {
    return mode < 0 ? -1 : mode & 07777;
  }

  private static Type type(int first) {
    return switch (first) {
      case 'N' -> Type.NORMAL;
      case 'P' -> Type.PARENT;
      case 'D' -> Type.DELETE;
      case 'C' -> Type.CREATE;
      default -> Type.UNKNOWN;
    };
  }
}
