package io.graftwatch.core.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Everything the product knows as data, loaded once.
///
/// @param attackVersion ATT&CK version that ids and names come from
/// @param classes class letter → what it means, in the fixed order of the score
/// @param techniques ATT&CK techniques by id
/// @param codes evidence codes by name
/// @param servers server profiles; the first that fits wins
/// @param unixPrograms programs and places of Linux, macOS and ESXi
/// @param windowsPrograms programs and places of Windows, in lower case, `/` for `\`, without
///   `.exe` where a program's name alone stands
/// @param hypervisor what is known of hypervisor hosts
/// @param analytics MITRE analytics
public record Catalogue(
    String attackVersion,
    Map<String, String> classes,
    Map<String, Technique> techniques,
    Map<String, Code> codes,
    List<ServerProfile> servers,
    Programs unixPrograms,
    Programs windowsPrograms,
    Hypervisor hypervisor,
    List<Analytic> analytics) {

  record Codes(
      String attackVersion,
      Map<String, String> classes,
      List<Technique> techniques,
      List<Code> codes) {}

  /// Reads the catalogue from the class path.
  ///
  /// @throws IllegalStateException when a resource is missing or not what its type says: a build
  ///   error, which a test finds first
  public static Catalogue load() {
    Codes codes = read("codes", in -> Rows.one(in, Codes.class));
    var byName = new LinkedHashMap<String, Code>();
    codes.codes().forEach(code -> byName.put(code.code(), code));
    var techniques = new LinkedHashMap<String, Technique>();
    codes.techniques().forEach(technique -> techniques.put(technique.id(), technique));
    return new Catalogue(
        codes.attackVersion(),
        codes.classes(),
        techniques,
        byName,
        read("servers", in -> Rows.all(in, ServerProfile.class)),
        read("programs", in -> Rows.one(in, Programs.class)),
        read("programs-windows", in -> Rows.one(in, Programs.class)),
        read("hypervisor", in -> Rows.one(in, Hypervisor.Data.class)).hypervisor(),
        read("analytics", in -> Rows.all(in, Analytic.class)));
  }

  /// Programs and places of a platform family.
  public Programs programs(String family) {
    return family.equals("windows") ? windowsPrograms : unixPrograms;
  }

  /// The analytic of that id; one without sources and codes where the catalogue has none.
  public Analytic analytic(String id) {
    return analytics.stream()
        .filter(analytic -> analytic.id().equals(id))
        .findFirst()
        .orElseGet(() ->
            new Analytic(
                id, "", "T1505", "DET0547", id, List.of(), List.of(), List.of(), List.of(),
                Map.of()));
  }

  /// The code of that name.
  public Code code(String name) {
    return Objects.requireNonNull(codes.get(name), name);
  }

  /// The ATT&CK technique of that id.
  public Technique technique(String id) {
    return Objects.requireNonNull(techniques.get(id), id);
  }

  private interface Reader<T> {
    T read(InputStream in) throws IOException;
  }

  private static <T> T read(String name, Reader<T> reader) {
    try (InputStream in = Catalogue.class.getResourceAsStream(name + ".json")) {
      if (in == null) {
        throw new IllegalStateException("catalogue resource " + name + ".json is missing");
      }
      return reader.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException("catalogue resource " + name + ".json", e);
    }
  }
}
