package io.graftwatch.core.fact;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A server component was registered, removed, enabled, or an option about components changed.
///
/// @param serverKind kind of server as in the catalogue's profiles: `apache`, `nginx`, `php`, …
/// @param instance key of the server instance, null when the source names none
/// @param name component name: module, assembly, VIB, agent
/// @param path component file, null when only a name is known
/// @param action what changed
/// @param configFile the configuration file that carries the registration
/// @param actor who did it
/// @param signer publisher, when validly signed
/// @param packageOwner as in [ModuleLoad]
/// @param vendorId VIB or extension vendor
/// @param acceptanceLevel ESXi acceptance level
/// @param accessVector how it came: `https`, `vcenter`, `ssh`, `esxcli`, `vim-cmd`, `dcui`
/// @param detail further named values of the source, shown and matched by name
public record ComponentChange(
    Provenance provenance,
    String serverKind,
    @Nullable String instance,
    String name,
    @Nullable String path,
    Action action,
    @Nullable String configFile,
    Actor actor,
    @Nullable String signer,
    @Nullable String packageOwner,
    @Nullable String vendorId,
    @Nullable String acceptanceLevel,
    @Nullable String accessVector,
    Map<String, String> detail)
    implements Fact {

  public enum Action {
    REGISTERED,
    REMOVED,
    ENABLED,
    DISABLED,
    OPTION_CHANGED
  }

  public ComponentChange {
    detail = Map.copyOf(detail);
  }
}
