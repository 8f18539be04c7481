package io.graftwatch.delivery.finding;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A process with where it came from (OCSF `process`); pid or uid must be there.
///
/// @param uid the agent's key for it: boot, pid, start
/// @param cmdLine arguments in one line, redacted and bounded
/// @param createdTime milliseconds since the epoch
/// @param auid login user id, null when unset
/// @param ancestry parent first, at most [#MAX_ANCESTRY]
public record ProcessInfo(
    @Nullable Integer pid,
    @Nullable String uid,
    @Nullable String name,
    @Nullable String cmdLine,
    @Nullable Long createdTime,
    @Nullable FileInfo file,
    @Nullable User user,
    @Nullable Long auid,
    @Nullable String workingDirectory,
    @Nullable ProcessInfo parentProcess,
    List<Ancestor> ancestry) {
  public static final int MAX_ANCESTRY = 16;

  /// @param path executable
  public record Ancestor(
      @Nullable Integer pid,
      @Nullable String uid,
      @Nullable String name,
      @Nullable String path,
      @Nullable String cmdLine,
      @Nullable Long createdTime) {}

  public ProcessInfo {
    ancestry = Lists.copy(ancestry);
  }

  public static Builder builder() {
    return new Builder();
  }

  /// Collects what is known of a process; each setter takes null for unknown.
  public static final class Builder {
    private @Nullable Integer pid;
    private @Nullable String uid;
    private @Nullable String name;
    private @Nullable String cmdLine;
    private @Nullable Long createdTime;
    private @Nullable FileInfo file;
    private @Nullable User user;
    private @Nullable Long auid;
    private @Nullable String workingDirectory;
    private @Nullable ProcessInfo parent;
    private List<Ancestor> ancestry = List.of();

    private Builder() {}

    public Builder pid(@Nullable Integer value) {
      pid = value;
      return this;
    }

    public Builder uid(@Nullable String value) {
      uid = value;
      return this;
    }

    public Builder name(@Nullable String value) {
      name = value;
      return this;
    }

    public Builder cmdLine(@Nullable String value) {
      cmdLine = value;
      return this;
    }

    public Builder createdTime(@Nullable Long millis) {
      createdTime = millis;
      return this;
    }

    public Builder file(@Nullable FileInfo value) {
      file = value;
      return this;
    }

    public Builder user(@Nullable User value) {
      user = value;
      return this;
    }

    public Builder auid(@Nullable Long value) {
      auid = value;
      return this;
    }

    public Builder workingDirectory(@Nullable String value) {
      workingDirectory = value;
      return this;
    }

    public Builder parent(@Nullable ProcessInfo value) {
      parent = value;
      return this;
    }

    public Builder ancestry(List<Ancestor> value) {
      ancestry = value;
      return this;
    }

    public ProcessInfo build() {
      return new ProcessInfo(
          pid,
          uid,
          name,
          cmdLine,
          createdTime,
          file,
          user,
          auid,
          workingDirectory,
          parent,
          ancestry);
    }
  }
}
