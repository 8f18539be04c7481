package io.graftwatch.collector.forward;

import io.graftwatch.delivery.config.Table;
import io.graftwatch.delivery.output.Output;
import io.graftwatch.delivery.output.OutputSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A place that findings go to, as it is configured.
public interface Place {
  /// Another place is another name.
  String name();

  String type();

  /// For people: a URL, a file.
  String where();

  /// The longest that a batch may take.
  Duration timeout();

  /// The part of its indices' names before the month; null where there are none.
  default @Nullable String index() {
    return null;
  }

  /// @param environment for HTTPS_PROXY and NO_PROXY
  Output open(Map<String, String> environment, InstantSource clock);

  /// Reads an `[[outputs]]` table; null when it is of no use, which the table's document then says.
  static @Nullable Place read(Table table) {
    if (KafkaSettings.TYPE_NAME.equals(table.text("type"))) {
      return KafkaSettings.read(table);
    }
    OutputSettings settings = OutputSettings.read(table);
    return settings == null ? null : new Common(settings);
  }

  /// One of those that an agent has, too.
  record Common(OutputSettings settings) implements Place {
    @Override
    public String name() {
      return settings.name();
    }

    @Override
    public String type() {
      return settings.type();
    }

    @Override
    public String where() {
      return String.valueOf(settings.path() == null ? settings.url() : settings.path());
    }

    @Override
    public Duration timeout() {
      return settings.timeout();
    }

    @Override
    public @Nullable String index() {
      return settings.indices();
    }

    @Override
    public Output open(Map<String, String> environment, InstantSource clock) {
      return settings.open(environment, clock);
    }
  }
}
