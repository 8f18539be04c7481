package io.graftwatch.core.cli;

/// Exit codes, a contract with scripts; 78 is EX_CONFIG of sysexits.h.
public final class Exit {
  public static final int OK = 0;
  public static final int FAILED = 1;
  public static final int USAGE = 2;
  public static final int CONFIG = 78;

  private Exit() {}
}
