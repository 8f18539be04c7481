package io.graftwatch.linux.audit;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.FileWrite;
import io.graftwatch.core.fact.FileWrite.Action;
import org.jspecify.annotations.Nullable;

/// Calls that change files or their names.
final class FileFacts {
  private static final long O_ACCMODE = 3;
  private static final long O_TRUNC = 01000;
  private static final long O_TMPFILE = 020000000;
  private static final int S_IFMT = 0170000;
  private static final int S_IFREG = 0100000;

  private final FactMapper mapper;

  FileFacts(FactMapper mapper) {
    this.mapper = mapper;
  }

  @Nullable Fact map(AuditEvent event) {
    return switch (event.call.operation) {
      case OPEN -> opened(event, event.call.a1);
      case OPENAT -> opened(event, event.call.a2);
      case OPENAT2 -> opened(event, Math.max(event.openFlags, 0));
      case CREATE -> created(event);
      case RENAME ->
          fact(event, Action.RENAMED, first(event, PathItem.Type.CREATE), PathItem.Type.DELETE);
      case LINK ->
          fact(event, Action.LINKED, first(event, PathItem.Type.CREATE), PathItem.Type.NORMAL);
      case SYMLINK ->
          fact(event, Action.LINKED, first(event, PathItem.Type.CREATE), PathItem.Type.UNKNOWN);
      case REMOVE -> fact(event, Action.REMOVED, first(event, PathItem.Type.DELETE), null);
      case ATTRIBUTES -> fact(event, Action.ATTRIBUTES, first(event, PathItem.Type.NORMAL), null);
      case TRUNCATE -> fact(event, Action.WRITTEN, first(event, PathItem.Type.NORMAL), null);
      default -> null;
    };
  }

  private @Nullable Fact opened(AuditEvent event, long flags) {
    if ((flags & O_TMPFILE) != 0) {
      return null;
    }
    PathItem made = first(event, PathItem.Type.CREATE);
    if (made != null) {
      return fact(event, Action.CREATED, made, null);
    }
    PathItem found = first(event, PathItem.Type.NORMAL);
    boolean writes = (flags & O_ACCMODE) != 0 || (flags & O_TRUNC) != 0;
    return writes && found != null && !found.directory()
        ? fact(event, Action.WRITTEN, found, null)
        : null;
  }

  /// creat truncates a file that exists; mknod makes devices and pipes too, which are none of ours.
  private @Nullable Fact created(AuditEvent event) {
    PathItem made = first(event, PathItem.Type.CREATE);
    if (made != null) {
      boolean regular = made.mode < 0 || (made.mode & S_IFMT) == S_IFREG;
      return regular ? fact(event, Action.CREATED, made, null) : null;
    }
    return fact(event, Action.WRITTEN, first(event, PathItem.Type.NORMAL), null);
  }

  private @Nullable Fact fact(
      AuditEvent event, Action action, @Nullable PathItem item, PathItem.@Nullable Type origin) {
    String name = item == null ? null : mapper.text(event, item.name);
    if (item == null || name == null || name.isEmpty()) {
      return mapper.noted("unnamed_file");
    }
    String directory = mapper.text(event, event.cwd);
    String path = Paths.absolute(Descriptors.ofTarget(event.call) ? null : directory, name);
    String from = null;
    if (origin != null) {
      PathItem old = first(event, origin);
      from = old == null ? null : mapper.text(event, old.name);
      if (from != null) {
        from = Paths.absolute(base(event, origin, path, directory), from);
      }
    }
    return new FileWrite(
        mapper.provenance(event, true),
        path,
        from,
        action,
        mapper.actor(event),
        item.permissions(),
        item.ownerUid,
        null,
        null);
  }

  /// What the old name counts from: a symbolic link's target from the link's own directory.
  private static @Nullable String base(
      AuditEvent event, PathItem.Type origin, String path, @Nullable String directory) {
    if (origin == PathItem.Type.UNKNOWN) {
      return path.startsWith("/") ? Paths.parent(path) : null;
    }
    return Descriptors.ofOrigin(event.call) ? null : directory;
  }

  /// The directory that the changed name lies in, by its inode; null when the record has none. What
  /// a stacked file system does below has no names.
  static Directories.@Nullable Inode parent(AuditEvent event) {
    PathItem parent = null;
    for (int i = 0; i < event.paths(); i++) {
      boolean named = event.path(i).name.given() && !event.path(i).name.none(event.bytes);
      if (event.path(i).type == PathItem.Type.PARENT && named) {
        parent = event.path(i);
      }
    }
    return parent == null || parent.inode < 0
        ? null
        : new Directories.Inode(parent.device, parent.inode);
  }

  private static @Nullable PathItem first(AuditEvent event, PathItem.Type type) {
    for (int i = 0; i < event.paths(); i++) {
      if (event.path(i).type == type) {
        return event.path(i);
      }
    }
    return null;
  }
}
