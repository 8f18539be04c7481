package io.graftwatch.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.collector.forward.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The collector's output of type `kafka` against a real broker.
@Tag("peers")
class KafkaTest {
  private static final String TOPIC = "graftwatch-findings";
  private static final String CLUSTER = "4L6g3nShT-eMCtK--X86sw";

  @TempDir private Path folder;
  private int port;
  private Peer broker;

  @BeforeEach
  void start() throws Exception {
    port = Peer.freePort();
    int controller = Peer.freePort();
    Path file = folder.resolve("server.properties");
    Files.writeString(
        file,
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%2$d
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
        controller.listener.names=CONTROLLER
        log.dirs=%3$s
        num.partitions=3
        auto.create.topics.enable=true
        offsets.topic.replication.factor=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        """
            .formatted(port, controller, folder.resolve("data")));
    Path log = folder.resolve("kafka.log");
    List<String> flags = List.of("-Xmx256m");
    Peer.run(
        Peer.command(
            "kafka",
            flags,
            List.of("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", file.toString())),
        log);
    broker = new Peer("kafka", log, port, flags, List.of("kafka.Kafka", file.toString()));
    broker.start();
  }

  @AfterEach
  void stop() throws Exception {
    broker.close();
  }

  @Test
  void eachOfTenThousandFindingsArrivesThroughARestartOfTheBroker() throws Exception {
    var place =
        new KafkaSettings(
            List.of("127.0.0.1:" + port),
            TOPIC,
            false,
            null,
            null,
            null,
            null,
            null,
            Duration.ofSeconds(20));
    try (var stand = new Stand(folder.resolve("state"), place, 4_000, 10_000)) {
      stand.find(0, 10_000);
      stand.start();
      stand.await(0);
      broker.kill();
      broker.start();
      stand.await(1);
      stand.drained();
    }
    List<ConsumerRecord<String, byte[]>> records = records();
    Map<String, Integer> partitions = new TreeMap<>();
    var ids = new TreeSet<String>();
    for (ConsumerRecord<String, byte[]> record : records) {
      String id = text(record.headers().lastHeader("id").value());
      assertThat(text(record.headers().lastHeader("type").value())).isEqualTo("graftwatch.finding");
      assertThat(text(record.value())).contains("\"uid\":\"" + id + "\"");
      ids.add(id);
      assertThat(partitions.computeIfAbsent(record.key(), _ -> record.partition()))
          .as("an agent's records lie together")
          .isEqualTo(record.partition());
    }
    assertThat(ids)
        .isEqualTo(new TreeSet<>(IntStream.range(0, 10_000).mapToObj(Stand::uid).toList()));
    assertThat(partitions).hasSize(10);
    System.out.println(records.size() - ids.size() + " records were there twice");
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private List<ConsumerRecord<String, byte[]>> records() {
    var records = new ArrayList<ConsumerRecord<String, byte[]>>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", "127.0.0.1:" + port),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          consumer.partitionsFor(TOPIC).stream()
              .map(info -> new TopicPartition(TOPIC, info.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream().anyMatch(part -> consumer.position(part) < ends.get(part))) {
        consumer.poll(Duration.ofSeconds(5)).forEach(records::add);
      }
    }
    return records;
  }
}
