package io.graftwatch.delivery.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// A configuration file that is being read. Everything that is wrong with it is said at once, each
/// with line and column; nothing is ignored.
public final class TomlFile {
  /// Bytes that a configuration may have.
  static final int MAX_BYTES = 1 << 20;

  private final Table.Document document;
  private final JsonNode node;
  private final Table root;
  private final String sha256;

  private TomlFile(Table.Document document, JsonNode node, String sha256) {
    this.document = document;
    this.node = node;
    this.root = new Table(document, "", node);
    this.sha256 = sha256;
  }

  /// @throws ConfigException when it cannot be read or is not TOML
  public static TomlFile open(Path file) throws ConfigException {
    return of(file.toString(), bytes(file));
  }

  /// @param name how messages call it
  /// @throws ConfigException when it is not TOML
  public static TomlFile of(String name, byte[] content) throws ConfigException {
    String text = text(name, content);
    // An empty file needs no TOML reader; that keeps `replay` quick to start.
    JsonNode node = text.isBlank() ? JsonNodeFactory.instance.objectNode() : Toml.parse(name, text);
    var document =
        new Table.Document(name, Positions.of(text), null, new ArrayList<>(), new ArrayList<>());
    return new TomlFile(document, node, sha256(content));
  }

  /// This file over another one, to be read anew: a key that this one lacks is taken from `below`,
  /// and is said to come from there.
  ///
  /// @param tables the only ones that `below` may have
  /// @throws ConfigException when it has others
  public TomlFile over(TomlFile below, Set<String> tables) throws ConfigException {
    for (Map.Entry<String, JsonNode> entry : below.node.properties()) {
      if (!tables.contains(entry.getKey())) {
        throw new ConfigException(
            below.document.file(),
            "only "
                + String.join(" and ", new TreeSet<>(tables))
                + " may stand in it, not "
                + entry.getKey());
      }
    }
    var both =
        new Table.Document(
            document.file(),
            document.positions(),
            below.document,
            new ArrayList<>(),
            new ArrayList<>());
    String digest = sha256((sha256 + below.sha256).getBytes(StandardCharsets.US_ASCII));
    return new TomlFile(both, merged(node, below.node), digest);
  }

  private static JsonNode merged(JsonNode high, JsonNode low) {
    if (!(high instanceof ObjectNode upper) || !(low instanceof ObjectNode lower)) {
      return high;
    }
    ObjectNode both = upper.deepCopy();
    lower
        .properties()
        .forEach(entry -> {
          JsonNode own = upper.get(entry.getKey());
          both.set(entry.getKey(), own == null ? entry.getValue() : merged(own, entry.getValue()));
        });
    return both;
  }

  /// The table that all others stand in.
  public Table root() {
    return root;
  }

  /// Ends the reading.
  ///
  /// @return every key with its origin
  /// @throws ConfigException with everything that is wrong
  public List<Setting> settings() throws ConfigException {
    root.rejectOthers("the file");
    if (!document.problems().isEmpty()) {
      throw new ConfigException(
          document.problems().stream()
              .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
              .toList());
    }
    return List.copyOf(document.settings());
  }

  /// Of the file's bytes, lower-case hex.
  public String sha256() {
    return sha256;
  }

  /// Reads at most [#MAX_BYTES] of a regular file, so that neither a device nor a huge file hurts.
  private static byte[] bytes(Path file) throws ConfigException {
    try {
      if (!Files.exists(file)) {
        throw new ConfigException(file.toString(), "there is no such file");
      }
      if (!Files.isRegularFile(file)) {
        throw new ConfigException(file.toString(), "this is not a regular file");
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] content = in.readNBytes(MAX_BYTES + 1);
        if (content.length > MAX_BYTES) {
          throw new ConfigException(file.toString(), "is larger than 1 MiB");
        }
        return content;
      }
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be read: " + e.getMessage());
    }
  }

  private static String text(String name, byte[] content) throws ConfigException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new ConfigException(name, "is not UTF-8 text");
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
