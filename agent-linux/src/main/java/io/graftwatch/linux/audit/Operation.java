package io.graftwatch.linux.audit;

/// What a system call means to us, whatever its number on an architecture.
///
/// Numbers are those of `asm/unistd_64.h` (x86-64), `asm/unistd_32.h` (i386) and the generic table
/// (aarch64, riscv64). A call that is not listed says nothing about an implant and is filtered.
enum Operation {
  NONE,
  EXEC,
  CONNECT,
  /// sendto, sendmsg, sendmmsg: interesting when the record carries an address.
  SEND,
  BIND,
  OPEN,
  OPENAT,
  OPENAT2,
  /// Makes the file in any case: creat, mknod.
  CREATE,
  RENAME,
  LINK,
  SYMLINK,
  REMOVE,
  ATTRIBUTES,
  TRUNCATE,
  /// Sets up a ring whose network calls audit does not show.
  IO_URING,
  /// Writes into another process.
  INJECT,
  /// Gives a file without a name on disk; its execution shows by itself.
  MEMFD,
  /// i386: [#ofSocketcall] tells.
  SOCKETCALL;

  private static final long X86_64 = 0xC000_003EL;
  private static final long I386 = 0x4000_0003L;
  private static final long AARCH64 = 0xC000_00B7L;
  private static final long RISCV64 = 0xC000_00F3L;
  private static final int X32 = 0x4000_0000;

  /// Stands for io_uring requests where others have an architecture.
  static final long RING = 0;

  /// The operation behind a call.
  ///
  /// @param arch `arch=` of the record, or [#RING]
  static Operation of(long arch, int call) {
    if (arch == X86_64) {
      return x86(call & ~X32);
    }
    if (arch == AARCH64 || arch == RISCV64) {
      return generic(call);
    }
    if (arch == I386) {
      return i386(call);
    }
    return arch == RING ? ring(call) : NONE;
  }

  /// The operation behind an `io_uring` request (`linux/io_uring.h`).
  private static Operation ring(int request) {
    return switch (request) {
      case 16 -> CONNECT;
      case 9 -> SEND;
      case 56 -> BIND;
      case 18, 28 -> OPENAT;
      case 35 -> RENAME;
      case 36 -> REMOVE;
      case 38 -> SYMLINK;
      case 39 -> LINK;
      case 41, 42 -> ATTRIBUTES;
      default -> NONE;
    };
  }

  /// Is told by its other records alone, not by the registers of the call.
  boolean ignoresArguments() {
    return this == EXEC || this == CONNECT || this == BIND;
  }

  /// Needs an address record before anything can be said.
  boolean wantsAddress() {
    return this == CONNECT || this == SEND || this == BIND;
  }

  /// Is about files, so its event has path records.
  boolean onFiles() {
    return compareTo(OPEN) >= 0 && compareTo(TRUNCATE) <= 0;
  }

  private static Operation x86(int call) {
    return switch (call) {
      case 59, 322, 520, 545 -> EXEC;
      case 42 -> CONNECT;
      case 44, 46, 307, 518, 538 -> SEND;
      case 49 -> BIND;
      case 2 -> OPEN;
      case 257 -> OPENAT;
      case 437 -> OPENAT2;
      case 85, 133, 259 -> CREATE;
      case 82, 264, 316 -> RENAME;
      case 86, 265 -> LINK;
      case 88, 266 -> SYMLINK;
      case 84, 87, 263 -> REMOVE;
      case 90, 91, 92, 93, 94, 188, 189, 190, 197, 198, 199, 260, 268, 452, 463, 466 -> ATTRIBUTES;
      case 76, 77 -> TRUNCATE;
      case 425 -> IO_URING;
      case 101, 311 -> INJECT;
      case 319 -> MEMFD;
      default -> NONE;
    };
  }

  private static Operation generic(int call) {
    return switch (call) {
      case 221, 281 -> EXEC;
      case 203 -> CONNECT;
      case 206, 211, 269 -> SEND;
      case 200 -> BIND;
      case 56 -> OPENAT;
      case 437 -> OPENAT2;
      case 33 -> CREATE;
      case 38, 276 -> RENAME;
      case 37 -> LINK;
      case 36 -> SYMLINK;
      case 35 -> REMOVE;
      case 5, 6, 7, 14, 15, 16, 52, 53, 54, 55, 452, 463, 466 -> ATTRIBUTES;
      case 45, 46 -> TRUNCATE;
      case 425 -> IO_URING;
      case 117, 271 -> INJECT;
      case 279 -> MEMFD;
      default -> NONE;
    };
  }

  private static Operation i386(int call) {
    return switch (call) {
      case 11, 358 -> EXEC;
      case 102 -> SOCKETCALL;
      case 362 -> CONNECT;
      case 345, 369, 370 -> SEND;
      case 361 -> BIND;
      case 5 -> OPEN;
      case 295 -> OPENAT;
      case 437 -> OPENAT2;
      case 8, 14, 297 -> CREATE;
      case 38, 302, 353 -> RENAME;
      case 9, 303 -> LINK;
      case 83, 304 -> SYMLINK;
      case 10, 40, 301 -> REMOVE;
      case 15,
          16,
          94,
          95,
          182,
          198,
          207,
          212,
          226,
          227,
          228,
          235,
          236,
          237,
          298,
          306,
          452,
          463,
          466 ->
          ATTRIBUTES;
      case 92, 93, 193, 194 -> TRUNCATE;
      case 425 -> IO_URING;
      case 26, 348 -> INJECT;
      case 356 -> MEMFD;
      default -> NONE;
    };
  }

  /// What i386's one call for all of sockets does, by its first argument (`linux/net.h`).
  static Operation ofSocketcall(long a0) {
    return switch ((int) a0) {
      case 2 -> BIND;
      case 3 -> CONNECT;
      case 11, 16, 20 -> SEND;
      default -> NONE;
    };
  }
}
