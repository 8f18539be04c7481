package io.graftwatch.linux.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Configurations as distributions ship them, and as intruders change them.
class ConfigurationsTest {
  private static final Path CASE = Path.of("src/test/resources/inventory/configurations");

  @TempDir Path root;

  @Test
  void registrationsOfEveryKindAreFound() throws IOException {
    Map<String, String> components =
        Map.of(
            "stats.so", "/usr/lib/php/20220829/stats.so",
            "gwext.so", "/usr/lib/postgresql/15/lib/gwext.so");
    List<Registration> found =
        new Configurations(CASE.resolve("root"), components::get).read(List.of(), List.of());
    assertThat(found.stream().map(ConfigurationsTest::shown).sorted())
        .containsExactlyElementsOf(Files.readAllLines(CASE.resolve("expected.txt")));
  }

  private static String shown(Registration r) {
    return String.join(" | ", r.server(), r.directive(), r.value(), r.path() + "", r.config());
  }

  @Test
  void aServersOwnConfigurationIsReadFromItsBase() throws IOException {
    file(
        "srv/a/conf/site.conf",
        "ServerRoot /srv/b\nInclude more.conf\nIncludeOptional on/*.conf\n"
            + "LoadModule x_module m/x.so");
    file("srv/b/more.conf", "LoadModule y_module m/y.so");
    file("srv/b/m/y.so", "");
    var own = new OwnConfiguration(Dialect.APACHE, "/srv/a/conf/site.conf", null);

    Files.createDirectories(root.resolve("srv/b/on"));
    var configurations = new Configurations(root, _ -> null);
    assertThat(configurations.read(List.of(), List.of(own)))
        .extracting(Registration::value, Registration::path)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("m/y.so", "/srv/b/m/y.so"),
            org.assertj.core.groups.Tuple.tuple("m/x.so", null));
    assertThat(configurations.places())
        .containsExactlyInAnyOrder(
            "/srv/a/conf/site.conf", "/srv/a/conf", "/srv/b/more.conf", "/srv/b", "/srv/b/on");
  }

  @Test
  void includesThatIncludeThemselvesEnd() throws IOException {
    file("etc/nginx/nginx.conf", "include *.conf;\nload_module x.so;\n");
    Files.createSymbolicLink(
        root.resolve("etc/nginx/again.conf"), root.resolve("etc/nginx/nginx.conf"));

    assertThat(new Configurations(root, _ -> null).read(List.of(), List.of())).hasSize(1);
  }

  /// Whoever may start a server names its configuration.
  @Test
  @Timeout(20)
  void aPipeIsNotWaitedFor() throws Exception {
    Files.createDirectories(root.resolve("srv"));
    Process made = new ProcessBuilder("mkfifo", root.resolve("srv/pipe.conf").toString()).start();
    assertThat(made.waitFor()).isZero();
    var own = new OwnConfiguration(Dialect.NGINX, "/srv/pipe.conf", null);
    assertThat(new Configurations(root, _ -> null).read(List.of(), List.of(own))).isEmpty();
  }

  @Test
  void aFileNameIsNeverAPattern() throws IOException {
    file("etc/php.d/a[0-9].ini", "extension=a.so\n");
    file("etc/nginx/nginx.conf", "include conf[;\ninclude {a,b}*;\ninclude \"\\\\*\";\n");

    assertThat(new Configurations(root, _ -> null).read(List.of(), List.of()))
        .extracting(Registration::config)
        .containsExactly("/etc/php.d/a[0-9].ini");
  }

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
