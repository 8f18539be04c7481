import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/// A real OpenSearch node with its REST port on the loopback interface: folder, port. Runs until it
/// is killed, and keeps what it has in the folder.
final class SearchNode extends Node {
  private SearchNode(Settings settings) {
    super(
        InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "peer"),
        List.of(
            new PluginInfo(
                "netty4",
                "REST over Netty",
                "3.8.0",
                Version.CURRENT,
                "25",
                Netty4ModulePlugin.class.getName(),
                List.of(),
                false)),
        true);
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    new SearchNode(
            Settings.builder()
                .put("path.home", folder)
                .put("path.data", folder.resolve("data"))
                .put("cluster.name", "peer")
                .put("discovery.type", "single-node")
                .put("http.type", "netty4")
                .put("transport.type", "netty4")
                .put("http.host", "127.0.0.1")
                .put("http.port", args[1])
                .put("transport.host", "127.0.0.1")
                .put("transport.port", "0")
                .put("cluster.routing.allocation.disk.threshold_enabled", false)
                .build())
        .start();
    Thread.currentThread().join();
  }
}
