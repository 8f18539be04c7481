package io.graftwatch.esxi.receive;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// An authority with a server and a client, and a stranger's authority with a client of its own,
/// made by openssl.
record Certificates(Path folder) {
  static Certificates make(Path folder) throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "SKIPPED: there is no openssl");
    var made = new Certificates(folder);
    made.authority("ca");
    made.authority("stranger-ca");
    made.issue("server", "ca", "subjectAltName=DNS:localhost,IP:127.0.0.1");
    made.issue("client", "ca", "subjectAltName=DNS:esx01.lab.test");
    made.issue("stranger", "stranger-ca", "subjectAltName=DNS:esx01.lab.test");
    return made;
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  private void authority(String name) throws IOException, InterruptedException {
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN="
            + name
            + " -keyout "
            + name
            + ".key -out "
            + name
            + ".pem");
  }

  private void issue(String name, String by, String extension)
      throws IOException, InterruptedException {
    Files.writeString(file(name + ".ext"), extension + "\n");
    openssl(
        "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN="
            + name
            + " -keyout "
            + name
            + ".key -out "
            + name
            + ".csr");
    openssl(
        "x509 -req -days 2 -CAcreateserial -in %s.csr -CA %s.pem -CAkey %s.key -extfile %s.ext -out %s.pem"
            .formatted(name, by, by, name, name));
  }

  private void openssl(String arguments) throws IOException, InterruptedException {
    var command = new java.util.ArrayList<String>(List.of("/usr/bin/openssl"));
    command.addAll(List.of(arguments.split(" ")));
    Path log = file("openssl.log");
    int status =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start()
            .waitFor();
    if (status != 0) {
      throw new IOException(Files.readString(log));
    }
  }
}
