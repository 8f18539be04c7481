package io.graftwatch.core.cli;

/// The version that the build wrote into the jar's manifest.
public final class Version {
  public static final String TEXT = read();

  private Version() {}

  private static String read() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }
}
