package io.graftwatch.collector.support;

import io.graftwatch.collector.store.PostgresPlace;
import io.graftwatch.collector.store.sql.SqlStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;

/// The databases that a store can be in.
public enum TestDatabase {
  SQLITE {
    @Override
    public SqlStore open(Path folder) throws Exception {
      return SqlStore.open(folder);
    }

    @Override
    public Connection connect(Path folder) throws Exception {
      return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("collector.db"));
    }
  },
  POSTGRESQL {
    @Override
    public SqlStore open(Path folder) throws Exception {
      return SqlStore.open(place(folder));
    }

    @Override
    public Connection connect(Path folder) throws Exception {
      PostgresPlace place = place(folder);
      return DriverManager.getConnection("jdbc:" + place.url(), place.user(), "");
    }

    private static PostgresPlace place(Path folder) throws Exception {
      return PostgresServer.shared().database(folder.toString());
    }
  };

  /// The store that belongs to this folder, as any number of processes may open it.
  public abstract SqlStore open(Path folder) throws Exception;

  /// Past the store.
  public abstract Connection connect(Path folder) throws Exception;
}
