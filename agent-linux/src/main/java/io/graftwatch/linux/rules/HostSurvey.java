package io.graftwatch.linux.rules;

import io.graftwatch.core.config.Glob;
import io.graftwatch.linux.process.ProcFs;
import io.graftwatch.linux.process.ProcStat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds out what exists on a host: accounts and executables of servers, their folders. Reads
/// `/etc/passwd`, `/proc` and names of files; everything is bounded.
public final class HostSurvey {
  private static final int MAX_PROCESSES = 32_768;
  private static final int MAX_SERVERS = 1024;
  private static final int MAX_ACCOUNTS = 24;
  private static final int MAX_PATHS = 64;
  private static final String PACKAGED = "usr/lib/graftwatch/runtime/bin/java";

  private static final Set<String> ACCOUNTS =
      Set.of(
          "www-data",
          "apache",
          "httpd",
          "http",
          "wwwrun",
          "nginx",
          "nobody-web",
          "tomcat",
          "jetty",
          "jboss",
          "wildfly",
          "jenkins",
          "solr",
          "postgres",
          "mysql",
          "mariadb",
          "mongodb",
          "mongod",
          "redis",
          "lighttpd",
          "caddy",
          "php-fpm",
          "node",
          "lsadm",
          "varnish",
          "vcache",
          "Debian-exim",
          "exim",
          "postfix");

  private static final List<String> SERVERS =
      List.of(
          "apache2",
          "httpd",
          "nginx",
          "openresty",
          "php-fpm*",
          "php-cgi*",
          "lsphp*",
          "lighttpd",
          "caddy",
          "litespeed",
          "lshttpd",
          "varnishd",
          "traefik",
          "mysqld",
          "mariadbd",
          "postgres",
          "mongod",
          "redis-server",
          "gunicorn",
          "uwsgi",
          "exim4");

  private static final List<String> BINARIES =
      List.of(
          "usr/sbin/apache2",
          "usr/sbin/httpd",
          "usr/sbin/nginx",
          "usr/sbin/php-fpm*",
          "usr/sbin/lighttpd",
          "usr/bin/caddy");

  private static final List<String> MODULES =
      List.of(
          "usr/lib/apache2/modules",
          "usr/lib64/httpd/modules",
          "usr/lib/httpd/modules",
          "usr/lib/nginx/modules",
          "usr/lib64/nginx/modules",
          "usr/local/nginx/modules",
          "usr/lib/php",
          "usr/lib64/php",
          "usr/lib/cgi-bin",
          "usr/local/apache2/modules",
          "usr/lib/postgresql",
          "usr/lib/mysql/plugin",
          "usr/lib64/mysql/plugin",
          "usr/lib64/mariadb/plugin",
          "usr/share/tomcat*/lib",
          "var/lib/tomcat*/lib",
          "var/lib/tomcat*/webapps",
          "opt/tomcat*/webapps",
          "opt/tomcat*/lib");

  private static final List<String> CONFIGURATION =
      List.of(
          "etc/apache2",
          "etc/httpd",
          "etc/nginx",
          "etc/php",
          "etc/php.d",
          "etc/php-fpm.d",
          "etc/php.ini",
          "etc/tomcat*",
          "var/lib/tomcat*/conf",
          "etc/mysql",
          "etc/my.cnf.d",
          "etc/postgresql",
          "etc/lighttpd",
          "etc/caddy",
          "etc/postfix",
          "etc/exim4",
          "usr/local/apache2/conf",
          "usr/local/nginx/conf",
          "etc/default/apache2");

  private static final List<String> WEB_ROOTS =
      List.of("var/www", "srv/www", "srv/http", "usr/share/nginx/html", "usr/local/apache2/htdocs");

  private static final List<String> PERSISTENCE =
      List.of(
          "etc/cron.d",
          "etc/cron.hourly",
          "etc/cron.daily",
          "etc/cron.weekly",
          "etc/cron.monthly",
          "etc/crontab",
          "etc/anacrontab",
          "var/spool/cron",
          "var/spool/at",
          "etc/systemd/system",
          "usr/local/lib/systemd",
          "etc/init.d",
          "etc/rc.local",
          "etc/profile.d",
          "etc/sudoers.d",
          "etc/sudoers",
          "etc/ld.so.preload",
          "etc/passwd",
          "etc/shadow",
          "root/.ssh",
          "root/.bashrc",
          "root/.profile");

  private final Path root;
  private final ProcFs proc;
  private final Collection<String> serverBinaries;
  private final List<Glob> configured;

  /// @param root the file system's root, `/` but in tests
  /// @param serverBinaries executables configured to be servers, as path globs
  public HostSurvey(Path root, Collection<String> serverBinaries) {
    this.root = root;
    this.proc = new ProcFs(root.resolve("proc"));
    this.serverBinaries = List.copyOf(serverBinaries);
    this.configured = serverBinaries.stream().map(Glob::path).toList();
  }

  /// Looks around. Takes some milliseconds per hundred processes.
  ///
  /// @param abi the machine's native system call interface
  /// @param webRoots configured web roots (`WebRootPath`), beside the usual ones; globs count up to
  ///   their first `*`
  public HostFacts look(Abi abi, Collection<String> webRoots) {
    var accounts = new TreeSet<Integer>();
    var masters = new TreeSet<String>();
    passwd(accounts);
    List<Running> servers = running(accounts, masters);
    BINARIES.forEach(pattern -> masters.addAll(existing(pattern)));
    serverBinaries.stream()
        .filter(name -> name.startsWith("/"))
        .forEach(name -> masters.addAll(existing(name.substring(1))));
    Path runtime = root.resolve(PACKAGED);
    return new HostFacts(
        abi,
        accounts.stream().limit(MAX_ACCOUNTS).toList(),
        masters.stream().limit(MAX_PATHS).toList(),
        all(MODULES, prefixed(servers, "/modules")),
        all(CONFIGURATION, prefixed(servers, "/conf")),
        webRoots(webRoots),
        all(PERSISTENCE, List.of()),
        Files.isDirectory(root.resolve("etc/audit")) ? resolved(root.resolve("etc/audit")) : null,
        Files.exists(runtime) ? resolved(runtime) : null,
        -1,
        servers);
  }

  private void passwd(Set<Integer> accounts) {
    try (var lines = Files.lines(root.resolve("etc/passwd"), StandardCharsets.ISO_8859_1)) {
      lines
          .limit(10_000)
          .forEach(line -> {
            String[] fields = line.split(":", 5);
            if (fields.length > 3
                && (ACCOUNTS.contains(fields[0]) || fields[0].startsWith("tomcat"))) {
              account(fields[2], accounts);
            }
          });
    } catch (IOException | java.io.UncheckedIOException e) {
      // Without the file there are no accounts by name; running servers still tell theirs.
    }
  }

  private static void account(String uid, Set<Integer> accounts) {
    if (!uid.isEmpty() && uid.length() < 10 && uid.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int number = Integer.parseInt(uid);
      if (number > 0) {
        accounts.add(number);
      }
    }
  }

  /// Servers that run: by their executable, or because a daemon's account listens.
  private List<Running> running(Set<Integer> accounts, Set<String> masters) {
    var servers = new ArrayList<Running>();
    Set<Integer> listening = listeningAccounts();
    for (int pid : proc.pids(MAX_PROCESSES)) {
      String exe = proc.exe(pid);
      if (exe == null) {
        continue;
      }
      boolean server = isServer(exe);
      int uid = proc.uid(pid);
      if (uid == 0 && server && Files.exists(root.resolve(exe.substring(1)))) {
        masters.add(exe);
      }
      boolean daemon = listening.contains(uid) && proc.loginUid(pid) == 0xFFFF_FFFFL;
      if (uid > 0 && (server || daemon)) {
        accounts.add(uid);
      }
      ProcStat stat = server || daemon ? proc.stat(pid) : null;
      if (stat != null && servers.size() < MAX_SERVERS) {
        servers.add(new Running(pid, stat.startTicks(), exe));
      }
    }
    return servers;
  }

  /// Whether an executable is a known or configured server's.
  public boolean isServer(String exe) {
    String name = exe.substring(exe.lastIndexOf('/') + 1);
    return configured.stream().anyMatch(glob -> glob.matches(exe))
        || SERVERS.stream().anyMatch(glob -> matches(glob, name));
  }

  private Set<Integer> listeningAccounts() {
    var uids = new HashSet<Integer>();
    for (String table : List.of("proc/net/tcp", "proc/net/tcp6")) {
      try (var lines = Files.lines(root.resolve(table), StandardCharsets.ISO_8859_1)) {
        lines
            .limit(100_000)
            .forEach(line -> {
              String[] fields = line.strip().split("\\s+", 9);
              if (fields.length == 9 && fields[3].equals("0A")) {
                account(fields[7], uids);
              }
            });
      } catch (IOException | java.io.UncheckedIOException e) {
        // No such table: IPv6 is off.
      }
    }
    return uids;
  }

  private List<Place> webRoots(Collection<String> configured) {
    var found = new TreeSet<String>();
    WEB_ROOTS.forEach(path -> found.addAll(existing(path)));
    for (String glob : configured) {
      int star = glob.indexOf('*');
      String literal =
          star < 0 ? glob : glob.substring(0, Math.max(0, glob.lastIndexOf('/', star)));
      if (literal.length() > 1 && literal.startsWith("/")) {
        found.addAll(existing(literal.substring(1)));
      }
    }
    return places(found.stream());
  }

  private List<Place> all(List<String> patterns, List<String> further) {
    return places(
        Stream.concat(patterns.stream(), further.stream())
            .flatMap(pattern -> existing(pattern).stream()));
  }

  /// A folder of servers that are not in the distribution's own places.
  private static List<String> prefixed(List<Running> servers, String folder) {
    return servers.stream()
        .map(server -> prefix(server.exe()))
        .filter(prefix -> prefix != null && prefix.indexOf('*') < 0)
        .distinct()
        .map(prefix -> prefix.substring(1) + folder)
        .toList();
  }

  /// The folder above an executable's `bin` or `sbin`, for a program outside `/usr`; else null.
  public static @Nullable String prefix(String exe) {
    int name = exe.lastIndexOf('/');
    int folder = name <= 0 ? -1 : exe.lastIndexOf('/', name - 1);
    if (folder <= 0) {
      return null;
    }
    String bin = exe.substring(folder + 1, name);
    String prefix = exe.substring(0, folder);
    return (bin.equals("bin") || bin.equals("sbin")) && !prefix.equals("/usr") ? prefix : null;
  }

  private List<Place> places(Stream<String> paths) {
    return paths
        .distinct()
        .limit(MAX_PATHS)
        .map(path -> new Place(path, Files.isDirectory(root.resolve(path.substring(1)))))
        .toList();
  }

  /// Paths that exist, links resolved (the kernel does not follow a link at the end of a watch).
  ///
  /// @param pattern relative to the root, at most one element of it with one `*`
  private List<String> existing(String pattern) {
    int star = pattern.indexOf('*');
    if (star < 0) {
      String path = resolved(root.resolve(pattern));
      return path == null ? List.of() : List.of(path);
    }
    int start = pattern.lastIndexOf('/', star);
    int end = pattern.indexOf('/', star);
    String element = pattern.substring(start + 1, end < 0 ? pattern.length() : end);
    String rest = end < 0 ? "" : pattern.substring(end + 1);
    var found = new ArrayList<String>();
    Path folder = root.resolve(pattern.substring(0, Math.max(0, start)));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String path =
            matches(element, entry.getFileName().toString()) ? resolved(entry.resolve(rest)) : null;
        if (path != null && found.size() < MAX_PATHS) {
          found.add(path);
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    return found.stream().sorted().toList();
  }

  private static boolean matches(String glob, String name) {
    int star = glob.indexOf('*');
    return star < 0
        ? name.equals(glob)
        : name.length() >= glob.length() - 1
            && name.startsWith(glob.substring(0, star))
            && name.endsWith(glob.substring(star + 1));
  }

  /// The path behind all links, as the kernel of this root would name it; null when there is none.
  private @Nullable String resolved(Path path) {
    try {
      Path real = path.toRealPath();
      Path base = root.toRealPath();
      return real.startsWith(base) ? "/" + base.relativize(real) : real.toString();
    } catch (IOException e) {
      return null;
    }
  }
}
