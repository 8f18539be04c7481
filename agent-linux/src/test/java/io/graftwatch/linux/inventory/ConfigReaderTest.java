package io.graftwatch.linux.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "apache   | LoadModule x_module /usr/lib/x.so          | LoadModule x_module /usr/lib/x.so",
        "apache   | loadmodule x_module \"modules/my x.so\"    | LoadModule x_module modules/my x.so",
        "apache   | LoadFile /tmp/x.so                         | LoadFile /tmp/x.so /tmp/x.so",
        "apache   | # LoadModule x_module /usr/lib/x.so        | ",
        "apache   | php_admin_value auto_prepend_file /tmp/x.php | auto_prepend_file auto_prepend_file /tmp/x.php",
        "apache   | php_admin_value memory_limit 1G            | ",
        "apache   | IncludeOptional /srv/*.conf                | include /srv/*.conf",
        "apache   | export LD_PRELOAD=/tmp/x.so                | LD_PRELOAD LD_PRELOAD /tmp/x.so",
        "nginx    | load_module modules/ngx_x.so;              | load_module modules/ngx_x.so modules/ngx_x.so",
        "nginx    | load_module \"/tmp/x.so\";                 | load_module /tmp/x.so /tmp/x.so",
        "nginx    | include /etc/nginx/conf.d/*.conf;          | include /etc/nginx/conf.d/*.conf",
        "nginx    | content_by_lua_block {                     | content_by_lua_block content_by_lua_block null",
        "nginx    | access_by_lua_file /srv/x.lua;             | access_by_lua_file /srv/x.lua /srv/x.lua",
        "nginx    | proxy_pass http://127.0.0.1;               | ",
        "php      | extension=stats                            | extension stats stats",
        "php      | extension = \"/tmp/x.so\"                  | extension /tmp/x.so /tmp/x.so",
        "php      | zend_extension=opcache.so                  | zend_extension opcache.so opcache.so",
        "php      | ;extension=curl                            | ",
        "php      | auto_prepend_file =                        | ",
        "php      | php_admin_value[auto_prepend_file] = /x.php | auto_prepend_file /x.php /x.php",
        "php      | env[LD_PRELOAD] = /tmp/x.so                | LD_PRELOAD LD_PRELOAD /tmp/x.so",
        "php      | ffi.enable=true                            | ffi.enable ffi.enable null",
        "postgres | shared_preload_libraries = 'a, gw'         | shared_preload_libraries a a; shared_preload_libraries gw gw",
        "postgres | shared_preload_libraries = ''  # none      | ",
        "postgres | #session_preload_libraries = 'gw'          | ",
        "mysql    | plugin-load-add = auth=gw.so               | plugin_load_add gw.so gw.so",
        "mysql    | loose_plugin_load=gw.so;b=c.so             | plugin_load gw.so gw.so; plugin_load c.so c.so",
        "mysql    | !includedir /etc/mysql/conf.d/             | include /etc/mysql/conf.d//*.cnf",
        "mail     | smtpd_milters = inet:127.0.0.1:8891        | smtpd_milters inet:127.0.0.1:8891 null",
        "mail     | content_filter =                           | ",
        "tomcat   | <Valve className=\"evil.V\" x=\"y\"/>      | Valve evil.V null",
        "tomcat   | <Listener className=\"org.apache.catalina.core.AprLifecycleListener\"/> | ",
        "tomcat   | JAVA_OPTS=\"$JAVA_OPTS -javaagent:/tmp/x.jar=a\" | -javaagent: /tmp/x.jar /tmp/x.jar",
        "sql      | loadmodule /tmp/x.so arg                   | loadmodule /tmp/x.so /tmp/x.so",
      })
  void aLineRegistersWhatItSays(String kind, String line, String expected) {
    ConfigReader.Found found = ConfigReader.read(kind, "first = 1\n  " + line + "\r\n");
    String registrations =
        String.join(
            "; ",
            found.registrations().stream()
                .map(r -> r.directive() + " " + r.name() + " " + r.path())
                .toList());
    String includes = found.includes().isEmpty() ? "" : "include " + found.includes().getFirst();
    assertThat(registrations + includes).isEqualTo(expected == null ? "" : expected);
  }

  @Test
  void pipedLogsNameTheirProgram() {
    assertThat(
            ConfigReader.read(
                    "apache",
                    "CustomLog \"|$/bin/sh -c x\" combined\nErrorLog \"|/usr/bin/rotatelogs /x 5\"\n")
                .registrations())
        .extracting(Registration::directive, Registration::path)
        .containsExactly(
            tuple("CustomLog |", "/bin/sh"), tuple("ErrorLog |", "/usr/bin/rotatelogs"));
  }

  @Test
  void quotesHoldWordsTogether() {
    assertThat(ConfigReader.words("a \"b c\" 'd e'f \"\""))
        .isEqualTo(List.of("a", "b c", "d ef", ""));
  }
}
