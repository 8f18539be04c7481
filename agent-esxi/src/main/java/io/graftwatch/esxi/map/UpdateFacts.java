package io.graftwatch.esxi.map;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.esxi.line.Message;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// esxupdate: what the installer was told to do, and what is installed then. One run of it is known
/// by its process id.
final class UpdateFacts {
  private static final String COMMAND = "Command = ";
  private static final String OPTIONS = "Options = {";
  private static final String IMAGE = "VIBs in image profile: ";
  private static final String[] TYPES = {"_bootbank_", "_locker_", "_meta_"};
  private static final int MAX_VIBS = 1024;

  private UpdateFacts() {}

  static @Nullable Fact fact(Facts facts, Message message, String text) {
    String run = message.pid();
    if (run.isEmpty()) {
      int colon = text.indexOf(':'); // before 8.0: `2615477: root: INFO: …`
      run = colon < 0 ? "" : text.substring(0, colon);
    }
    int at = text.indexOf(COMMAND);
    if (at >= 0) {
      return facts.change(
          "installer",
          Map.of("run", run, "command", text.substring(at + COMMAND.length()).strip()));
    }
    at = text.indexOf(OPTIONS);
    if (at >= 0) {
      return options(facts, run, text, at);
    }
    at = text.indexOf(IMAGE);
    return at < 0
        ? null
        : facts.change(
            "image",
            Map.of(
                "run", run,
                "vibs", vibs(text.substring(at + IMAGE.length())),
                "cut", String.valueOf(message.shortened())));
  }

  private static Fact options(Facts facts, String run, String text, int at) {
    Map<String, String> options = Options.read(text, at + OPTIONS.length() - 1);
    var detail = new HashMap<String, String>();
    detail.put("run", run);
    detail.put("text", Facts.cut(text.substring(at)));
    for (String key : new String[] {"force", "dryrun", "nosigcheck", "level"}) {
      String value = options.get(key);
      if (value != null) {
        detail.put(key, value);
      }
    }
    String url = options.getOrDefault("viburl", options.getOrDefault("depot", ""));
    int blank = url.indexOf(' ');
    detail.put("url", blank < 0 ? url : url.substring(0, blank));
    return facts.change("options", detail);
  }

  static boolean namesVibs(String text) {
    for (String type : TYPES) {
      if (text.contains(type)) {
        return true;
      }
    }
    return false;
  }

  /// An event that names the VIBs which it brought.
  static Fact installed(Facts facts, String text) {
    var vibs = new StringBuilder();
    for (String word : text.split("[\\s,;:'\"()\\[\\]]+", -1)) {
      String vib = vib(word);
      if (vib != null) {
        vibs.append(vibs.isEmpty() ? "" : " ").append(vib);
      }
    }
    return facts.change("image", Map.of("vibs", vibs.toString(), "cut", "true"));
  }

  /// `VENDOR_bootbank_NAME_VERSION, …` as `VENDOR/NAME …`.
  private static String vibs(String list) {
    var vibs = new StringBuilder();
    int count = 0;
    for (String id : list.split(",", -1)) {
      String vib = vib(id.strip());
      if (vib != null && count++ < MAX_VIBS) {
        vibs.append(vibs.isEmpty() ? "" : " ").append(vib);
      }
    }
    return vibs.toString();
  }

  private static @Nullable String vib(String id) {
    for (String type : TYPES) {
      int at = id.indexOf(type);
      int version = id.lastIndexOf('_');
      if (at > 0 && version > at + type.length() && id.indexOf(' ') < 0 && id.indexOf('/') < 0) {
        return id.substring(0, at) + "/" + id.substring(at + type.length(), version);
      }
    }
    return null;
  }
}
