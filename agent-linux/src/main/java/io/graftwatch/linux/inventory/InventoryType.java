package io.graftwatch.linux.inventory;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Kind `inventory`, live only.
public final class InventoryType implements SourceType {
  private static final Path ROOT = Path.of("/");

  @Override
  public String kind() {
    return Report.SOURCE;
  }

  @Override
  public Applicability probe(Host host) {
    if (!Files.isReadable(Path.of("/proc/self/maps"))) {
      return new Applicability.Unusable(
          "/proc cannot be read: what servers have loaded stays unknown.",
          "mount -t proc proc /proc");
    }
    var lacks = new ArrayList<Applicability.Lack>();
    if (!Files.isReadable(Path.of("/proc/1/maps"))) {
      lacks.add(
          new Applicability.Lack(
              "The maps of other users' processes cannot be read: a component that a server has"
                  + " loaded is seen only as a file.",
              "run as root, or with CAP_SYS_PTRACE"));
    }
    if (Packages.of(ROOT).equals(Packages.NONE)) {
      lacks.add(
          new Applicability.Lack(
              "Neither dpkg nor rpm is here: who owns a file cannot be told.",
              "list the site's components under known_components"));
    }
    return new Applicability.Usable(List.copyOf(lacks));
  }

  @Override
  public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) throws IOException {
    var inventory = new Inventory(ROOT, Served.of(Catalogue.load()), Packages.of(ROOT));
    return new InventorySource(
        inventory, InstantSource.system(), from == null ? null : from.value());
  }

  @Override
  public @Nullable Source replay(Recording recording) {
    return null;
  }
}
