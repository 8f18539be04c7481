package io.graftwatch.linux.log;

import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.line.TailKind;
import java.util.List;

/// The kinds of this package.
public final class LogKinds {
  private LogKinds() {}

  public static List<SourceType> types() {
    return List.of(
        new JournalType(),
        new TailKind("syslog", List.of("/var/log/syslog", "/var/log/messages"), SyslogParser::new),
        new TailKind(
            "apache-error",
            List.of(
                "/var/log/apache2/error*.log",
                "/var/log/apache2/*error.log",
                "/var/log/httpd/*error_log",
                "/usr/local/apache2/logs/error_log"),
            ApacheLog::new),
        new TailKind(
            "nginx-error",
            List.of("/var/log/nginx/*error.log", "/usr/local/nginx/logs/error.log"),
            NginxLog::new),
        new TailKind(
            "php-error",
            List.of("/var/log/php*.log", "/var/log/php-fpm/*.log", "/var/log/php/*.log"),
            PhpLog::new),
        new TailKind(
            "tomcat-log",
            List.of(
                "/var/log/tomcat9/catalina.out",
                "/var/log/tomcat10/catalina.out",
                "/var/log/tomcat11/catalina.out",
                "/var/log/tomcat/catalina.out",
                "/opt/tomcat/logs/catalina.out"),
            TomcatLog::new),
        new TailKind(
            "postgres-log",
            List.of("/var/log/postgresql/*.log", "/var/lib/pgsql/data/log/*.log"),
            origin -> new SqlLogParser(origin, "postgres")),
        new TailKind(
            "mysql-log",
            List.of("/var/log/mysql/*error.log", "/var/log/mariadb/*.log", "/var/log/mysqld.log"),
            origin -> new SqlLogParser(origin, "mysql")));
  }
}
