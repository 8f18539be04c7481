package io.graftwatch.collector.store.sql;

import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Policies;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.delivery.enrol.SignedPolicy;
import java.sql.SQLException;

/// [Policies] in SQL.
record SqlPolicies(Connections connections, Writer writer) implements Policies {
  @Override
  public SignedPolicy latest() throws StoreException {
    return connections.read(SqlPolicies::newest);
  }

  private static SignedPolicy newest(Sql sql) throws SQLException {
    SignedPolicy found =
        sql.first(
            "select version, toml, signature from policies order by version desc limit 1",
            row -> new SignedPolicy(row.getLong(1), row.getString(2), row.getString(3)));
    return found == null ? SignedPolicy.NONE : found;
  }

  @Override
  public boolean add(SignedPolicy policy, Act by) throws StoreException {
    return writer.write(sql -> {
      if (policy.version() <= newest(sql).version()) {
        return false;
      }
      sql.run(
          "insert into policies (version, toml, signature) values (?, ?, ?)",
          policy.version(),
          policy.toml(),
          policy.signature());
      AuditRows.note(sql, by);
      return true;
    });
  }
}
