package io.graftwatch.linux.log;

import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.line.TailKind;
import io.graftwatch.linux.tail.FileWatch;
import java.util.List;

/// The kinds of this package.
public final class LogKinds {
  private LogKinds() {}

  /// @param watch for all of them
  public static List<SourceType> types(FileWatch watch) {
    return List.of(
        new JournalType(),
        new TailKind(
            "syslog", List.of("/var/log/syslog", "/var/log/messages"), watch, SyslogParser::new),
        new TailKind(
            "apache-error",
            List.of(
                "/var/log/apache2/error*.log",
                "/var/log/apache2/*error.log",
                "/var/log/httpd/*error_log",
                "/usr/local/apache2/logs/error_log"),
            watch,
            ApacheLog::new),
        new TailKind(
            "nginx-error",
            List.of("/var/log/nginx/*error.log", "/usr/local/nginx/logs/error.log"),
            watch,
            NginxLog::new),
        new TailKind(
            "php-error",
            List.of("/var/log/php*.log", "/var/log/php-fpm/*.log", "/var/log/php/*.log"),
            watch,
            PhpLog::new),
        new TailKind(
            "tomcat-log",
            List.of(
                "/var/log/tomcat9/catalina.out",
                "/var/log/tomcat10/catalina.out",
                "/var/log/tomcat11/catalina.out",
                "/var/log/tomcat/catalina.out",
                "/opt/tomcat/logs/catalina.out"),
            watch,
            TomcatLog::new),
        new TailKind(
            "postgres-log",
            List.of("/var/log/postgresql/*.log", "/var/lib/pgsql/data/log/*.log"),
            watch,
            origin -> new SqlLogParser(origin, "postgres")),
        new TailKind(
            "mysql-log",
            List.of("/var/log/mysql/*error.log", "/var/log/mariadb/*.log", "/var/log/mysqld.log"),
            watch,
            origin -> new SqlLogParser(origin, "mysql")));
  }
}
