package io.graftwatch.core.catalogue;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a kind of server is recognised and where its components live (detection-spec section 4).
///
/// Globs are over paths; `{prefix}` stands for the folder above the executable's `bin` or `sbin`,
/// `{base}` for the value of `instanceProperty`.
///
/// @param kind `apache`, `nginx`, `php`, …
/// @param title what people call it
/// @param names globs on the executable's file name
/// @param paths globs on the executable's path, an alternative to `names`
/// @param java argv tokens that make a `java` process this server
/// @param scriptNames names of scripts that make an interpreter this server
/// @param interpreters interpreters that run those scripts
/// @param service by name alone it is no server: it needs a listener or a service unit
/// @param daemonArgs executable name → argument globs, one of which must match
/// @param units systemd unit globs
/// @param accounts users that it is run as
/// @param instanceArgs arguments whose value tells instances apart; with a `*` at the end the value
///   is written onto it
/// @param instanceProperty `-D…=` property whose value tells instances apart
/// @param instanceFolder beginning of a folder's name whose part behind the first dot tells
///   instances apart (`MSSQL15.SALES`), in lower case
/// @param virtualAccounts Windows accounts that belong to one instance → its key; a `*` at the end
///   of an account stands for the key
/// @param instanceScript the script that it runs tells instances apart
/// @param components where native components lie
/// @param config where its configuration lies
/// @param registrations files that exist to register components
/// @param directives configuration texts that register a component or run code
/// @param webRoots where the files lie that it serves
/// @param scripts extensions that it executes
/// @param archives extensions of application archives that it deploys
/// @param deploy where archives are deployed from
/// @param cgi where CGI programs lie
/// @param environment files that set its environment
/// @param control commands that control it
/// @param technique ATT&CK sub-technique of its components
public record ServerProfile(
    String kind,
    String title,
    List<String> names,
    List<String> paths,
    List<String> java,
    List<String> scriptNames,
    List<String> interpreters,
    boolean service,
    Map<String, List<String>> daemonArgs,
    List<String> units,
    List<String> accounts,
    List<String> instanceArgs,
    @Nullable String instanceProperty,
    @Nullable String instanceFolder,
    Map<String, String> virtualAccounts,
    boolean instanceScript,
    List<String> components,
    List<String> config,
    List<String> registrations,
    List<String> directives,
    List<String> webRoots,
    List<String> scripts,
    List<String> archives,
    List<String> deploy,
    List<String> cgi,
    List<String> environment,
    List<String> control,
    @Nullable String technique) {

  public ServerProfile {
    names = orEmpty(names);
    paths = orEmpty(paths);
    java = orEmpty(java);
    scriptNames = orEmpty(scriptNames);
    interpreters = orEmpty(interpreters);
    daemonArgs = daemonArgs == null ? Map.of() : Map.copyOf(daemonArgs);
    units = orEmpty(units);
    accounts = orEmpty(accounts);
    instanceArgs = orEmpty(instanceArgs);
    virtualAccounts = virtualAccounts == null ? Map.of() : Map.copyOf(virtualAccounts);
    components = orEmpty(components);
    config = orEmpty(config);
    registrations = orEmpty(registrations);
    directives = orEmpty(directives);
    webRoots = orEmpty(webRoots);
    scripts = orEmpty(scripts);
    archives = orEmpty(archives);
    deploy = orEmpty(deploy);
    cgi = orEmpty(cgi);
    environment = orEmpty(environment);
    control = orEmpty(control);
  }

  private static List<String> orEmpty(@Nullable List<String> values) {
    return values == null ? List.of() : List.copyOf(values);
  }
}
