package io.graftwatch.linux.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whose a file is, as dpkg and rpm say.
class PackagesTest {
  @TempDir Path root;

  @Test
  void dpkgKnowsItsFilesBeforeAndAfterTheMergeOfUsr() throws IOException {
    file("info/libc6:amd64.list", "/.\n/lib/x86_64-linux-gnu/libc.so.6\n");
    file(
        "info/libc6:amd64.md5sums",
        "0123456789abcdef0123456789abcdef  lib/x86_64-linux-gnu/libc.so.6\n");
    file("info/apache2-bin.list", "/usr/lib/apache2/modules/mod_a.so\n/usr/lib/diverted.so\n");
    file("diversions", "/usr/lib/diverted.so\n/usr/lib/diverted.so.distrib\nother\n");

    assertThat(
            new Dpkg(root)
                .owners(
                    List.of(
                        "/usr/lib/x86_64-linux-gnu/libc.so.6",
                        "/usr/lib/apache2/modules/mod_a.so",
                        "/usr/lib/diverted.so.distrib",
                        "/usr/lib/apache2/modules/mod_b.so",
                        "/usr/lib/apache2/modules")))
        .isEqualTo(
            Map.of(
                "/usr/lib/x86_64-linux-gnu/libc.so.6",
                new Ownership("libc6", "0123456789abcdef0123456789abcdef"),
                "/usr/lib/apache2/modules/mod_a.so",
                new Ownership("apache2-bin", null),
                "/usr/lib/diverted.so.distrib",
                new Ownership("apache2-bin", null),
                "/usr/lib/apache2/modules/mod_b.so",
                Ownership.NONE,
                "/usr/lib/apache2/modules",
                Ownership.NONE));
  }

  @Test
  void theDatabaseOfThisHostAgreesWithDpkg() {
    assumeThat(Files.isDirectory(Path.of("/var/lib/dpkg/info")))
        .as("needs the program dpkg")
        .isTrue();
    var dpkg = new Dpkg(Path.of("/var/lib/dpkg"));
    String sh = "/usr/bin/dpkg";

    Ownership owner = dpkg.owners(List.of(sh, "/usr/bin/no-such-program")).get(sh);

    assertThat(owner.name()).isEqualTo("dpkg");
    assertThat(owner.digest()).isEqualTo(Stamp.digest(Path.of(sh), "MD5"));
  }

  @Test
  void rpmSaysNameAndDigestOrThatNobodyOwnsIt() {
    String found = "httpd-core\n/usr/lib64/httpd/modules/mod_a.so\tabc123\n/usr/sbin/httpd\tdef\n";
    assertThat(Rpm.answer("/usr/lib64/httpd/modules/mod_a.so", 0, found))
        .isEqualTo(new Ownership("httpd-core", "abc123"));
    assertThat(Rpm.answer("/x.so", 1, "file /x.so is not owned by any package\n"))
        .isEqualTo(Ownership.NONE);
    assertThat(Rpm.answer("/x.so", 1, "error: cannot open Packages database in /var/lib/rpm\n"))
        .isEqualTo(Ownership.UNKNOWN);
  }

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
