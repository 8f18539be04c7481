package io.graftwatch.linux.line;

import io.graftwatch.core.line.LineParser;
import io.graftwatch.core.line.LineRecording;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Bell;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.tail.FileWatch;
import io.graftwatch.linux.tail.Readability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A kind of line log that is read live from files and replayed from recordings.
///
/// @param kind as the command line names it
/// @param logs where such logs lie when the configuration's `log` does not say: absolute paths, `*`
///   in the last element only
/// @param watch where their one thread waits, for the files of all kinds that share it
/// @param parsers makes the parser of one log
public record TailKind(
    String kind, List<String> logs, FileWatch watch, Function<Origin, LineParser> parsers)
    implements SourceType {
  @Override
  public Bell bell() {
    return watch;
  }

  @Override
  public Applicability probe(Host host) {
    for (String log : logs) {
      Path folder = Path.of(log).getParent();
      if (folder != null && Files.isDirectory(folder)) {
        return Readability.folder(folder)
            ? Applicability.usable()
            : new Applicability.Unusable(
                folder + " cannot be read.", "run as root, or as a member of group adm");
      }
    }
    return new Applicability.Unusable(
        "no log of this kind is here; that is right unless such a server runs on this host", "");
  }

  @Override
  public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) throws IOException {
    String configured = config.get("log", "");
    List<String> globs = configured.isEmpty() ? logs : Arrays.asList(configured.split("\n", -1));
    return new TailSource(kind, globs, parsers, watch, InstantSource.system(), from);
  }

  @Override
  public Source replay(Recording recording) throws IOException {
    return new LineRecording(kind, recording, parsers);
  }
}
