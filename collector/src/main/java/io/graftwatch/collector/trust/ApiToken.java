package io.graftwatch.collector.trust;

import io.graftwatch.collector.store.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The bearer token of the JSON API, in `api.token` of the state folder (0600): who may read that
/// file may read the findings anyway.
public final class ApiToken {
  private static final int BYTES = 32;

  private final Digest digest;

  private ApiToken(Digest digest) {
    this.digest = digest;
  }

  public static ApiToken open(Path stateDir, Secrets secrets) throws IOException {
    Path file = stateDir.resolve("api.token");
    if (!Files.exists(file)) {
      PrivateFiles.write(file, secrets.next(BYTES) + "\n");
    }
    return new ApiToken(Digest.of(Files.readString(file).strip()));
  }

  public boolean is(String token) {
    return digest.equals(Digest.of(token));
  }
}
