package io.graftwatch.packaging.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The stand-in for a web server: it listens, and does what it is told on standard input, one line
/// a step: `load PATH` takes a module into its memory, `run PROGRAM<tab>ARGUMENT…` starts a
/// program. It runs from a Java launcher of its own, so that no other Java process is taken for a
/// server.
final class StandIn {
  private StandIn() {}

  @SuppressWarnings("restricted") // loading a library is what the demo is about
  public static void main(String[] args) throws IOException {
    var children = new ArrayList<Process>();
    try (var listener = new ServerSocket(0);
        var steps = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      System.out.println("listening on " + listener.getLocalPort());
      for (String step = steps.readLine(); step != null; step = steps.readLine()) {
        if (step.startsWith("load ")) {
          System.load(Path.of(step.substring(5)).toString());
        } else if (step.startsWith("run ")) {
          children.add(
              new ProcessBuilder(List.of(step.substring(4).split("\t", -1))).inheritIO().start());
        }
        System.out.println("done " + step.split(" ", 2)[0]);
      }
    } finally {
      children.forEach(Process::destroy);
    }
  }
}
