package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Audit;
import io.graftwatch.collector.store.Findings;
import io.graftwatch.collector.store.Fleet;
import io.graftwatch.collector.store.Leases;
import io.graftwatch.collector.store.Outbox;
import io.graftwatch.collector.store.People;
import io.graftwatch.collector.store.Policies;
import io.graftwatch.collector.store.PostgresPlace;
import io.graftwatch.collector.store.Programs;
import io.graftwatch.collector.store.Retention;
import io.graftwatch.collector.store.Sessions;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.store.Triage;
import io.graftwatch.collector.store.Vitals;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/// A [Store] in a database. Another process, such as the command that makes a token, may open it at
/// the same time.
public final class SqlStore implements Store {
  private final Connections connections;
  private final Writer writer;
  private final Findings findings;
  private final Fleet fleet;
  private final Sessions sessions;
  private final People people;
  private final Programs programs;
  private final Audit audit;
  private final Triage triage;
  private final Vitals vitals;
  private final Leases leases;
  private final Outbox outbox;
  private final Policies policies;
  private final Retention retention;

  private SqlStore(Connections connections) {
    this.connections = connections;
    this.writer = new Writer(connections);
    this.findings = new SqlFindings(connections, writer);
    this.fleet = new SqlFleet(connections, writer);
    this.sessions = new SqlSessions(connections, writer);
    this.people = new SqlPeople(connections, writer);
    this.programs = new SqlPrograms(connections, writer);
    this.audit = new AuditRows(connections);
    this.triage = new SqlTriage(connections, writer);
    this.vitals = new SqlVitals(connections, writer);
    this.leases = new SqlLeases(writer);
    this.outbox = new SqlOutbox(connections, writer);
    this.policies = new SqlPolicies(connections, writer);
    this.retention = new SqlRetention(connections, writer);
  }

  /// @param folder the state folder, 0700: `collector.db` and its companions lie there, and so does
  ///   the native library while it runs, because a temporary folder may forbid execution
  /// @throws StoreException with a sentence
  public static SqlStore open(Path folder) throws StoreException {
    System.setProperty("org.sqlite.tmpdir", folder.toAbsolutePath().toString());
    return open(new Sqlite(folder.resolve("collector.db")));
  }

  /// @throws StoreException with a sentence
  public static SqlStore open(PostgresPlace place) throws StoreException {
    return open(new Postgres(place));
  }

  private static SqlStore open(Dialect dialect) throws StoreException {
    var connections = new Connections(dialect);
    try (Sql sql = connections.writer()) {
      Migrations.apply(sql);
      return new SqlStore(connections);
    } catch (SQLException e) {
      throw new StoreException("cannot open " + dialect.where() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Findings findings() {
    return findings;
  }

  @Override
  public Fleet fleet() {
    return fleet;
  }

  @Override
  public Sessions sessions() {
    return sessions;
  }

  @Override
  public People people() {
    return people;
  }

  @Override
  public Programs programs() {
    return programs;
  }

  @Override
  public Audit audit() {
    return audit;
  }

  @Override
  public Triage triage() {
    return triage;
  }

  @Override
  public Vitals vitals() {
    return vitals;
  }

  @Override
  public Leases leases() {
    return leases;
  }

  @Override
  public Outbox outbox() {
    return outbox;
  }

  @Override
  public Policies policies() {
    return policies;
  }

  @Override
  public Retention retention() {
    return retention;
  }

  @Override
  public void backup(Path file) throws StoreException {
    if (Files.exists(file)) {
      throw new StoreException(file + " exists; a backup never overwrites");
    }
    try {
      connections.copy(file);
    } catch (SQLException e) {
      throw new StoreException("the backup failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    writer.close();
    connections.close();
  }
}
