package io.graftwatch.testbed.audit;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Writes an `audit.log` of any size out of recorded events of a busy site (auditd 3.0.9, Debian
/// 12, enriched): drawn at random as often as they were recorded, with fresh times, serials and
/// pids.
///
/// Arguments: file, megabytes, seed, number of planted attacks with a decoy each ([Planted]). The
/// same seed gives the same bytes.
public final class AuditLogGenerator {
  private static final String TEMPLATES = "templates.log";

  private final SplittableRandom random;
  private final List<Template> templates;
  private final int[] pids = new int[512];
  private long millis = 1_795_500_000_000L;
  private long serial = 1_000_000;
  private int nextPid = 2_000;

  /// One recorded event, its lines cut where a number is to be put in.
  private record Template(List<byte[][]> lines) {}

  public AuditLogGenerator(long seed) throws IOException {
    random = new SplittableRandom(seed);
    templates = templates();
    for (int i = 0; i < pids.length; i++) {
      pids[i] = pid();
    }
  }

  public static void main(String[] args) throws IOException {
    var generator = new AuditLogGenerator(Long.parseLong(args[2]));
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(Path.of(args[0])), 1 << 20)) {
      int planted = args.length > 3 ? Integer.parseInt(args[3]) : 0;
      generator.write(out, Long.parseLong(args[1]) * 1_000_000, planted);
    }
  }

  private void write(OutputStream out, long bytes, int planted) throws IOException {
    long written = 0;
    int number = 0;
    while (written < bytes) {
      written += event(out, templates.get(random.nextInt(templates.size())));
      if (number < planted && written > bytes * (number + 1) / (planted + 1)) {
        out.write(Planted.attack(number, millis));
        out.write(Planted.decoy(number, millis));
        number++;
      }
    }
  }

  /// Writes one event that happens at a time.
  ///
  /// @param now milliseconds since the epoch
  public void event(OutputStream out, long now) throws IOException {
    millis = now;
    event(out, templates.get(random.nextInt(templates.size())));
  }

  private long event(OutputStream out, Template template) throws IOException {
    millis += random.nextInt(4) == 0 ? 4 : 0;
    serial++;
    int parent = random.nextInt(pids.length);
    int ppid = pids[parent];
    int pid = pid();
    pids[random.nextInt(pids.length)] = pid;
    byte[] stamp = ascii("%d.%03d:%d".formatted(millis / 1000, millis % 1000, serial));
    byte[][] values = {stamp, ascii(Integer.toString(ppid)), ascii(Integer.toString(pid))};
    long written = 0;
    for (byte[][] parts : template.lines) {
      for (int i = 0; i < parts.length; i++) {
        out.write(parts[i]);
        written += parts[i].length;
        if (i < parts.length - 1) {
          out.write(values[i]);
          written += values[i].length;
        }
      }
    }
    return written;
  }

  private int pid() {
    nextPid = nextPid == 4_000_000 ? 2_000 : nextPid + 1;
    return nextPid;
  }

  private static List<Template> templates() throws IOException {
    Map<String, List<byte[][]>> events = new LinkedHashMap<>();
    try (InputStream in = AuditLogGenerator.class.getResourceAsStream(TEMPLATES)) {
      if (in == null) {
        throw new IOException("resource " + TEMPLATES + " is missing");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      for (String line : text.split("\n", -1)) {
        int from = line.indexOf("audit(") + 6;
        int to = line.indexOf("): ");
        if (to > from) {
          events
              .computeIfAbsent(line.substring(from, to), _ -> new ArrayList<>())
              .add(parts(line, from, to));
        }
      }
    }
    return events.values().stream().map(Template::new).toList();
  }

  private static byte[][] parts(String line, int from, int to) {
    String head = line.substring(0, from);
    String body = line.substring(to) + "\n";
    int ppid = body.indexOf(" ppid=") + 6;
    int pid = body.indexOf(" pid=") + 5;
    if (ppid < 6 || pid < ppid) {
      return new byte[][] {ascii(head), ascii(body)};
    }
    return new byte[][] {
      ascii(head),
      ascii(body.substring(0, ppid)),
      ascii(body.substring(body.indexOf(' ', ppid), pid)),
      ascii(body.substring(body.indexOf(' ', pid)))
    };
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
