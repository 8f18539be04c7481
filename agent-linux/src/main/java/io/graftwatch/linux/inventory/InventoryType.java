package io.graftwatch.linux.inventory;

import io.graftwatch.core.fact.ModuleLoad;
import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Applicability.Lack;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.process.Capabilities;
import io.graftwatch.linux.process.Capabilities.Capability;
import io.graftwatch.linux.rules.Abi;
import io.graftwatch.linux.rules.HostFacts;
import io.graftwatch.linux.rules.HostSurvey;
import io.graftwatch.linux.rules.Place;
import io.graftwatch.linux.rules.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The component inventory as a source. Live only: it is what this host looks like now.
public final class InventoryType implements SourceType {
  private static final Path ROOT = Path.of("/");

  /// The survey asks for one; folders do not depend on it.
  private static final Abi ABI = Abi.X86_64;

  private volatile @Nullable InventorySource opened;

  /// Something has just started: what a server was started with is looked at soon. Any thread.
  public void started(String exe) {
    InventorySource source = opened;
    if (source != null) {
      source.started(exe);
    }
  }

  @Override
  public String kind() {
    return InventoryFacts.KIND;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the constant for "none" is the answer
  public Applicability probe(Host host) {
    var lacks = new ArrayList<Lack>();
    if (!Capabilities.own().has(Capability.SYS_PTRACE)) {
      lacks.add(
          new Lack(
              "What other users' processes have mapped cannot be read: a module is seen when it is"
                  + " placed and registered, not when it is loaded.",
              Capability.SYS_PTRACE.remedy()));
    }
    if (Packages.of(ROOT) == Packages.NONE) {
      lacks.add(
          new Lack(
              "Neither dpkg nor rpm is here: which files belong to the distribution is not known,"
                  + " and only changes are told.",
              "Nothing to do on distributions with other package managers."));
    }
    return new Applicability.Usable(lacks);
  }

  @Override
  public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) throws IOException {
    String configured = config.get("watch", "");
    List<String> further = configured.isEmpty() ? List.of() : List.of(configured.split("\n", -1));
    var survey = new HostSurvey(ROOT, host.serverBinaries());
    Packages packages = Packages.of(ROOT);
    var owners = new Owners(packages, ROOT);
    var source =
        new InventorySource(
            ROOT,
            packages,
            () -> surroundings(survey.look(ABI, List.of()), further, owners::owner),
            survey::isServer,
            InstantSource.system(),
            from);
    opened = source;
    return source;
  }

  static InventorySource.Surroundings surroundings(
      HostFacts facts, List<String> further, Function<String, @Nullable String> owner) {
    var components = new ArrayList<String>();
    var watched = new ArrayList<Place>(facts.configDirs());
    for (Place place : facts.moduleDirs()) {
      if (place.folder()) {
        components.add(place.path());
      }
      watched.add(place);
    }
    for (String folder : further) {
      if (folder.startsWith("/") && Files.isDirectory(Path.of(folder))) {
        components.add(folder);
        watched.add(Place.folder(folder));
      }
    }
    var handmade = new TreeSet<String>();
    for (Running server : facts.servers()) {
      String prefix = HostSurvey.prefix(server.exe());
      if (prefix != null && ModuleLoad.UNOWNED.equals(owner.apply(server.exe()))) {
        handmade.add(prefix);
      }
    }
    return new InventorySource.Surroundings(
        components, watched, List.copyOf(handmade), facts.servers());
  }

  @Override
  public @Nullable Source replay(Recording recording) {
    return null;
  }
}
