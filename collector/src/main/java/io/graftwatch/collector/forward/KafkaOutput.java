package io.graftwatch.collector.forward;

import io.graftwatch.delivery.journal.Pending;
import io.graftwatch.delivery.output.Output;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// Findings to Apache Kafka. The key is the agent's id, so that the records of one agent lie in one
/// partition; headers name the record (`id`) and what it is (`type`). Idempotent, acknowledged by
/// all replicas, with an answer for each record. What was in flight when we died may be there
/// twice, and what had to be sent again comes after what was sent later.
final class KafkaOutput implements Output {
  private static final byte[] FINDING = "graftwatch.finding".getBytes(StandardCharsets.UTF_8);
  private static final int MAX_RECORD = 2 << 20;

  private final KafkaSettings settings;
  private @Nullable KafkaProducer<String, byte[]> producer;

  KafkaOutput(KafkaSettings settings) {
    this.settings = settings;
  }

  @Override
  public Answer send(String batch, List<Pending> records) {
    KafkaProducer<String, byte[]> open;
    try {
      open = open();
    } catch (IOException | KafkaException e) {
      return new Answer.Failed("Kafka cannot be used: " + sentence(e), null);
    }
    var futures = new ArrayList<Future<RecordMetadata>>(records.size());
    try {
      for (Pending record : records) {
        futures.add(open.send(message(record)));
      }
      open.flush();
      return answer(futures);
    } catch (KafkaException e) {
      drop();
      return new Answer.Failed(settings.where() + ": " + sentence(e), null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Failed("interrupted", null);
    }
  }

  private ProducerRecord<String, byte[]> message(Pending record) {
    var message =
        new ProducerRecord<>(settings.topic(), Row.of(record).agentId(), record.payload());
    message.headers().add("id", record.uid().getBytes(StandardCharsets.UTF_8));
    message.headers().add("type", FINDING);
    return message;
  }

  private Answer answer(List<Future<RecordMetadata>> futures) throws InterruptedException {
    var verdicts = new ArrayList<Verdict>(futures.size());
    Throwable failure = null;
    boolean settled = false;
    for (Future<RecordMetadata> future : futures) {
      try {
        var _ = future.get();
        verdicts.add(new Verdict.Taken());
        settled = true;
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        if (isItsOwnFault(cause)) {
          verdicts.add(new Verdict.Rejected(sentence(cause)));
          settled = true;
        } else {
          verdicts.add(new Verdict.Again());
          failure = cause;
        }
      }
    }
    if (failure != null) {
      // The next one begins with fresh metadata and connections.
      drop();
    }
    return settled || failure == null
        ? new Answer.Verdicts(verdicts)
        : new Answer.Failed(settings.where() + ": " + sentence(failure), null);
  }

  /// Whether the record, not the brokers, is to blame.
  private static boolean isItsOwnFault(@Nullable Throwable cause) {
    return cause instanceof RecordTooLargeException
        || cause instanceof RecordBatchTooLargeException
        || cause instanceof SerializationException
        || cause instanceof org.apache.kafka.common.InvalidRecordException;
  }

  private static String sentence(@Nullable Throwable e) {
    Throwable root = e;
    while (root != null && root.getCause() != null) {
      root = root.getCause();
    }
    String text = root == null ? "" : String.valueOf(root.getMessage());
    return text.length() <= 300 ? text : text.substring(0, 300);
  }

  private KafkaProducer<String, byte[]> open() throws IOException {
    KafkaProducer<String, byte[]> present = producer;
    if (present != null) {
      return present;
    }
    var fresh =
        new KafkaProducer<>(configuration(), new StringSerializer(), new ByteArraySerializer());
    producer = fresh;
    return fresh;
  }

  private Map<String, Object> configuration() throws IOException {
    Map<String, Object> keys = new HashMap<>();
    int millis = (int) settings.timeout().toMillis();
    keys.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.servers());
    keys.put(ProducerConfig.CLIENT_ID_CONFIG, "graftwatch-collector");
    keys.put(ProducerConfig.ACKS_CONFIG, "all");
    keys.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    keys.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
    keys.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(500, millis / 2));
    keys.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
    keys.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    keys.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD);
    keys.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    keys.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
    boolean sasl = settings.user() != null;
    keys.put(
        CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
        (sasl ? "SASL_" : "") + (settings.tls() ? "SSL" : "PLAINTEXT"));
    if (settings.tls()) {
      pem(keys, SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG, settings.caFile());
      pem(keys, SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG, settings.certificateFile());
      pem(keys, SslConfigs.SSL_KEYSTORE_KEY_CONFIG, settings.keyFile());
      if (settings.caFile() != null) {
        keys.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
      }
      if (settings.keyFile() != null) {
        keys.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, "PEM");
      }
    }
    Path passwordFile = settings.passwordFile();
    if (sasl && passwordFile != null) {
      keys.put(SaslConfigs.SASL_MECHANISM, "SCRAM-SHA-512");
      keys.put(
          SaslConfigs.SASL_JAAS_CONFIG,
          "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\""
                  .formatted(quoted(String.valueOf(settings.user())))
              + " password=\"%s\";".formatted(quoted(Files.readString(passwordFile).strip())));
    }
    return keys;
  }

  private static void pem(Map<String, Object> keys, String key, @Nullable Path file)
      throws IOException {
    if (file != null) {
      keys.put(key, Files.readString(file));
    }
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private void drop() {
    KafkaProducer<String, byte[]> old = producer;
    producer = null;
    if (old != null) {
      old.close(Duration.ZERO);
    }
  }

  @Override
  public void close() {
    drop();
  }
}
