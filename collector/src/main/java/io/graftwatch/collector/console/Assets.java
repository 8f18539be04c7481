package io.graftwatch.collector.console;

import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Map;

/// Style, scripts and the mark, from the package. Their address holds their hash, so a browser
/// keeps them for ever and never shows an old one.
final class Assets {
  private static final Map<String, String> TYPES =
      Map.of(
          "console.css", "text/css; charset=utf-8",
          "console.js", "text/javascript; charset=utf-8",
          "theme.js", "text/javascript; charset=utf-8",
          "mark.svg", "image/svg+xml");
  private static final int HASH_DIGITS = 12;

  private final Map<String, byte[]> files =
      TYPES.keySet().stream()
          .collect(java.util.stream.Collectors.toUnmodifiableMap(name -> name, Assets::read));

  private static byte[] read(String name) {
    try (InputStream in = Assets.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the package lacks " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The address of a file.
  String href(String name) {
    byte[] file = files.get(name);
    if (file == null) {
      throw new IllegalArgumentException("no asset " + name);
    }
    String hash = HexFormat.of().formatHex(Digest.of(file).bytes()).substring(0, HASH_DIGITS);
    return "/assets/" + name + "?v=" + hash;
  }

  Reply answer(Call call) throws Refusal {
    String name = call.name("file");
    byte[] file = files.get(name);
    String type = TYPES.get(name);
    if (file == null || type == null) {
      throw Refusal.notFound();
    }
    return Reply.of(200, type, file).with("Cache-Control", "public, max-age=31536000, immutable");
  }
}
