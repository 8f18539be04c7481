import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// What a package is made of, for scanners and for lawyers: `sbom.cdx.json` (CycloneDX) and
/// `THIRD-PARTY-NOTICES`, both of the jars that really lie in the package, and of its runtime.
///
/// Run as a source file with Jackson on the class path. Arguments: the bill of materials of the
/// whole build, folder of the jars, folder of the runtime or empty, folder of licence texts that
/// jars lack, name, version, time (ISO 8601), folder to write to.
final class Bom {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OWN = "io.graftwatch";
  private static final Pattern LEGAL =
      Pattern.compile(
          "(META-INF/([^/]+/)*)?(LICEN[CS]E|NOTICE|COPYING|AL2\\.0|LGPL2\\.1)[^/]*(?<!\\.class)");

  private final ObjectNode bom;
  private final Map<String, Path> jars = new TreeMap<>();
  private final Path texts;

  private Bom(Path bom, Path jars, Path texts) throws IOException {
    this.bom = (ObjectNode) JSON.readTree(bom.toFile());
    this.texts = texts;
    try (var files = Files.newDirectoryStream(jars, "*.jar")) {
      files.forEach(file -> this.jars.put(file.getFileName().toString(), file));
    }
  }

  public static void main(String[] args) throws Exception {
    var made = new Bom(Path.of(args[0]), Path.of(args[1]), Path.of(args[3]));
    Path to = Path.of(args[7]);
    made.keepWhatIsThere();
    if (!args[2].isEmpty()) {
      made.addRuntime(Path.of(args[2]));
    }
    made.name(args[4], args[5], args[6]);
    Files.writeString(to.resolve("sbom.cdx.json"), made.bom.toPrettyString() + "\n");
    Files.writeString(to.resolve("THIRD-PARTY-NOTICES"), made.notices(args[4]));
  }

  private static String file(JsonNode component) {
    return component.path("name").asText() + "-" + component.path("version").asText() + ".jar";
  }

  /// Drops the components that this package lacks, and says of each other one what its file is.
  private void keepWhatIsThere() throws Exception {
    var kept = JSON.createArrayNode();
    Set<String> refs = new TreeSet<>();
    Set<String> unnamed = new TreeSet<>(jars.keySet());
    for (JsonNode component : bom.withArray("components")) {
      Path jar = jars.get(file(component));
      if (jar != null) {
        var one = (ObjectNode) component;
        unnamed.remove(file(component));
        String sha256 = sha256(jar);
        boolean changed = !component.path("hashes").toString().contains(sha256);
        var hashes = one.putArray("hashes");
        hashes.addObject().put("alg", "SHA-256").put("content", sha256);
        if (changed && !OWN.equals(one.path("group").asText())) {
          one.withArray("properties")
              .addObject()
              .put("name", "graftwatch:changed")
              .put("value", "native libraries of other systems left out");
        }
        kept.add(one);
        refs.add(one.path("bom-ref").asText());
      }
    }
    if (!unnamed.isEmpty()) {
      throw new IOException("no bill of materials names " + unnamed);
    }
    bom.set("components", kept);
    ArrayNode edges = JSON.createArrayNode();
    ArrayNode roots = JSON.createArrayNode();
    for (JsonNode edge : bom.withArray("dependencies")) {
      var inside = JSON.createArrayNode();
      for (JsonNode on : edge.withArray("dependsOn")) {
        if (refs.contains(on.asText())) {
          inside.add(on);
        }
      }
      if (refs.contains(edge.path("ref").asText())) {
        edges.add(((ObjectNode) edge).set("dependsOn", inside));
      } else if (edge.path("ref").asText().contains("/packaging@")) {
        roots = inside;
      }
    }
    edges.addObject().put("ref", "product").set("dependsOn", roots);
    bom.set("dependencies", edges);
  }

  private void addRuntime(Path runtime) throws IOException {
    var release = new Properties();
    try (var in = Files.newBufferedReader(runtime.resolve("release"))) {
      release.load(in);
    }
    String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
    ObjectNode one = bom.withArray("components").addObject();
    one.put("type", "platform").put("bom-ref", "runtime").put("name", "OpenJDK");
    one.put("version", version).put("cpe", "cpe:2.3:a:oracle:openjdk:" + version + ":*:*:*:*:*:*:*");
    one.put("description", "Java runtime, made with jlink");
    one.putArray("licenses")
        .addObject()
        .put("expression", "GPL-2.0-only WITH Classpath-exception-2.0");
    one.putArray("properties")
        .addObject()
        .put("name", "graftwatch:modules")
        .put("value", release.getProperty("MODULES", "").replace("\"", ""));
    for (JsonNode edge : bom.withArray("dependencies")) {
      if (edge.path("ref").asText().equals("product")) {
        ((ObjectNode) edge).withArray("dependsOn").add("runtime");
      }
    }
    bom.withArray("dependencies").addObject().put("ref", "runtime").putArray("dependsOn");
  }

  private void name(String name, String version, String time) {
    var metadata = (ObjectNode) bom.path("metadata");
    metadata.put("timestamp", time);
    metadata
        .putObject("component")
        .put("type", "application")
        .put("bom-ref", "product")
        .put("name", name)
        .put("version", version)
        .putArray("licenses")
        .addObject()
        .putObject("license")
        .put("id", "Apache-2.0");
    metadata.remove("properties");
  }

  private String notices(String name) throws IOException {
    var text = new StringBuilder();
    text.append("Libraries that ").append(name).append(" brings with it, and their licences.\n");
    text.append("The Java runtime has its own in runtime/legal.\n");
    // One text may hold for many libraries: it stands once, under all their names.
    Map<String, List<String>> byText = new LinkedHashMap<>();
    for (JsonNode component : bom.withArray("components")) {
      Path jar = jars.get(file(component));
      if (jar == null || OWN.equals(component.path("group").asText())) {
        continue;
      }
      String title =
          component.path("name").asText()
              + " "
              + component.path("version").asText()
              + " ("
              + String.join(", ", licences(component))
              + ")";
      text.append("\n  ").append(title);
      for (String legal : legal(jar, component)) {
        byText.computeIfAbsent(legal, _ -> new ArrayList<>()).add(title);
      }
    }
    text.append("\n\nApache-2.0 is the licence of this product too: its text is in LICENSE or in\n");
    text.append("/usr/share/common-licenses/Apache-2.0.\n");
    byText.forEach((legal, titles) -> {
      text.append("\n").append("=".repeat(78)).append("\n");
      titles.forEach(title -> text.append(title).append("\n"));
      text.append("-".repeat(78)).append("\n").append(legal).append("\n");
    });
    return text.toString();
  }

  private static List<String> licences(JsonNode component) {
    var names = new ArrayList<String>();
    for (JsonNode choice : component.path("licenses")) {
      JsonNode licence = choice.path("license");
      String name =
          licence.path("id").asText(licence.path("name").asText(choice.path("expression").asText()));
      if (!names.contains(name)) {
        names.add(name);
      }
    }
    return names;
  }

  /// Licence and notice texts of a jar, else those that are kept for it.
  private List<String> legal(Path jar, JsonNode component) throws IOException {
    var found = new ArrayList<String>();
    try (var zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(e -> (ZipEntry) e)::iterator) {
        if (LEGAL.matcher(entry.getName()).matches()) {
          try (InputStream in = zip.getInputStream(entry)) {
            String legal = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            // The text of the Apache licence is in the package already.
            if (!legal.startsWith("Apache License")) {
              found.add(legal.replace("\r\n", "\n"));
            }
          }
        }
      }
    }
    List<String> licences = licences(component);
    if (found.isEmpty() && !licences.contains("Apache-2.0")) {
      Path kept = texts.resolve(component.path("group").asText() + ".txt");
      if (!Files.exists(kept)) {
        throw new IOException("no licence text of " + jar.getFileName() + ": put it into " + kept);
      }
      found.add(Files.readString(kept).strip());
    }
    return found;
  }

  private static String sha256(Path file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }
}
