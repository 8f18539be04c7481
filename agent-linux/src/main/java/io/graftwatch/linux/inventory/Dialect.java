package io.graftwatch.linux.inventory;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// How one kind of server writes its configuration, as far as components are concerned.
///
/// @param server kind of server as in the catalogue
/// @param keyed lines are `key = value`; else words, the directive first
/// @param comments characters that begin a comment line
/// @param files where the configuration lies, relative to the root, with globs
/// @param base directive whose value relative paths start from
/// @param includes directives that name further files
/// @param registers directive, in lower case → which word after it names the file, for keyed lines
///   0
record Dialect(
    String server,
    boolean keyed,
    String comments,
    List<String> files,
    String base,
    Set<String> includes,
    Map<String, Integer> registers) {

  private static final List<String> PHP_VALUES =
      List.of("extension", "zend_extension", "auto_prepend_file", "auto_append_file");

  static final Dialect APACHE =
      new Dialect(
          "apache",
          false,
          "#",
          List.of(
              "etc/apache2/apache2.conf",
              "etc/httpd/conf/httpd.conf",
              "usr/local/apache2/conf/httpd.conf"),
          "serverroot",
          Set.of("include", "includeoptional"),
          Map.of(
              "loadmodule", 1,
              "loadfile", 0,
              "php_value auto_prepend_file", 0,
              "php_admin_value auto_prepend_file", 0,
              "php_value auto_append_file", 0,
              "php_admin_value auto_append_file", 0));

  static final Dialect NGINX =
      new Dialect(
          "nginx",
          false,
          "#",
          List.of("etc/nginx/nginx.conf", "usr/local/nginx/conf/nginx.conf"),
          "",
          Set.of("include"),
          Map.of("load_module", 0));

  static final Dialect PHP =
      new Dialect(
          "php",
          true,
          ";#",
          List.of(
              "etc/php/*/*/php.ini",
              "etc/php/*/*/conf.d/*.ini",
              "etc/php/*/fpm/pool.d/*.conf",
              "etc/php.ini",
              "etc/php.d/*.ini",
              "etc/php-fpm.d/*.conf",
              "usr/local/etc/php/php.ini",
              "usr/local/etc/php/conf.d/*.ini",
              "usr/local/etc/php-fpm.d/*.conf"),
          "extension_dir",
          Set.of("include"),
          php());

  static final List<Dialect> ALL =
      List.of(
          APACHE,
          NGINX,
          PHP,
          new Dialect(
              "postgres",
              true,
              "#",
              List.of(
                  "etc/postgresql/*/*/postgresql.conf",
                  "etc/postgresql/*/*/conf.d/*.conf",
                  "var/lib/postgresql/*/*/postgresql.auto.conf",
                  "var/lib/pgsql/data/postgresql.conf",
                  "var/lib/pgsql/data/postgresql.auto.conf"),
              "",
              Set.of(),
              keys(
                  "shared_preload_libraries",
                  "session_preload_libraries",
                  "local_preload_libraries")),
          new Dialect(
              "mysql",
              true,
              "#;",
              List.of(
                  "etc/mysql/my.cnf",
                  "etc/mysql/conf.d/*.cnf",
                  "etc/mysql/mariadb.conf.d/*.cnf",
                  "etc/mysql/mysql.conf.d/*.cnf",
                  "etc/my.cnf",
                  "etc/my.cnf.d/*.cnf"),
              "plugin_dir",
              Set.of(),
              keys(
                  "plugin-load",
                  "plugin_load",
                  "plugin-load-add",
                  "plugin_load_add",
                  "malloc-lib",
                  "malloc_lib")),
          new Dialect(
              "mail",
              true,
              "#",
              List.of("etc/postfix/main.cf"),
              "",
              Set.of(),
              keys("content_filter", "smtpd_milters", "non_smtpd_milters")),
          environment(
              "apache",
              "etc/apache2/envvars",
              "etc/default/apache2",
              "etc/sysconfig/httpd",
              "etc/systemd/system/apache2.service",
              "etc/systemd/system/apache2.service.d/*.conf",
              "etc/systemd/system/httpd.service",
              "etc/systemd/system/httpd.service.d/*.conf"),
          environment(
              "nginx",
              "etc/default/nginx",
              "etc/sysconfig/nginx",
              "etc/systemd/system/nginx.service",
              "etc/systemd/system/nginx.service.d/*.conf"),
          environment(
              "php",
              "etc/default/php*-fpm",
              "etc/systemd/system/php*-fpm.service",
              "etc/systemd/system/php*-fpm.service.d/*.conf"),
          environment(
              "tomcat",
              "etc/default/tomcat*",
              "etc/systemd/system/tomcat*.service",
              "etc/systemd/system/tomcat*.service.d/*.conf"),
          environment(
              "postgres",
              "etc/postgresql/*/*/environment",
              "etc/systemd/system/postgresql*.service",
              "etc/systemd/system/postgresql*.service.d/*.conf"),
          environment(
              "mysql",
              "etc/systemd/system/mariadb.service.d/*.conf",
              "etc/systemd/system/mysql.service.d/*.conf"));

  /// The loader's variables, wherever a file sets the environment of a server.
  static final List<String> PRELOADS = List.of("LD_PRELOAD", "LD_AUDIT");

  boolean isEnvironment() {
    return registers.isEmpty();
  }

  private static Dialect environment(String server, String... files) {
    return new Dialect(server, true, "#;", List.of(files), "", Set.of(), Map.of());
  }

  private static Map<String, Integer> keys(String... keys) {
    var all = new java.util.HashMap<String, Integer>();
    for (String key : keys) {
      all.put(key, 0);
    }
    return Map.copyOf(all);
  }

  private static Map<String, Integer> php() {
    var all = new java.util.HashMap<String, Integer>();
    for (String value : PHP_VALUES) {
      all.put(value, 0);
      all.put("php_value[" + value + "]", 0);
      all.put("php_admin_value[" + value + "]", 0);
    }
    return Map.copyOf(all);
  }
}
