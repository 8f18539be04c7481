package io.graftwatch.core.source;

import java.io.IOException;

/// Rules that a platform's live sources keep in the operating system, for the command line.
public interface KernelRules {
  /// The rules of this host, as a file that the platform's own tool loads.
  ///
  /// @throws IOException with a sentence when they cannot be known here
  String render(Host host) throws IOException;

  /// Takes all rules of ours out of the system again: what an uninstallation calls.
  ///
  /// @return how many there were
  /// @throws IOException with a sentence when the system refuses
  int remove() throws IOException;
}
