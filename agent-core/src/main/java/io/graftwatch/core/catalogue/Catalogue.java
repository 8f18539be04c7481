package io.graftwatch.core.catalogue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
/// @param programs programs and places
/// @param analytics MITRE analytics
public record Catalogue(
    String attackVersion,
    Map<String, String> classes,
    Map<String, Technique> techniques,
    Map<String, Code> codes,
    List<ServerProfile> servers,
    Programs programs,
    List<Analytic> analytics) {

  private record Codes(
      String attackVersion,
      Map<String, String> classes,
      List<Technique> techniques,
      List<Code> codes) {}

  /// Reads the catalogue from the class path.
  ///
  /// @throws IllegalStateException when a resource is missing or not what its type says: a build
  ///   error, which a test finds first
  public static Catalogue load() {
    ObjectMapper json =
        JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    Codes codes = read(json, "codes", new TypeReference<>() {});
    var byName = new LinkedHashMap<String, Code>();
    codes.codes().forEach(code -> byName.put(code.code(), code));
    var techniques = new LinkedHashMap<String, Technique>();
    codes.techniques().forEach(technique -> techniques.put(technique.id(), technique));
    return new Catalogue(
        codes.attackVersion(),
        codes.classes(),
        techniques,
        byName,
        read(json, "servers", new TypeReference<>() {}),
        read(json, "programs", new TypeReference<>() {}),
        read(json, "analytics", new TypeReference<>() {}));
  }

  /// The code of that name.
  public Code code(String name) {
    return Objects.requireNonNull(codes.get(name), name);
  }

  /// The ATT&CK technique of that id.
  public Technique technique(String id) {
    return Objects.requireNonNull(techniques.get(id), id);
  }

  private static <T> T read(ObjectMapper json, String name, TypeReference<T> type) {
    try (InputStream in = Catalogue.class.getResourceAsStream(name + ".json")) {
      if (in == null) {
        throw new IllegalStateException("catalogue resource " + name + ".json is missing");
      }
      return json.readValue(in, type);
    } catch (IOException e) {
      throw new UncheckedIOException("catalogue resource " + name + ".json", e);
    }
  }
}
