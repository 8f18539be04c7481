package io.graftwatch.collector.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The routes of one listener. A pattern is a path whose elements are words or `{names}`; the first
/// one that fits serves.
public final class Router {
  private final List<Route> routes = new ArrayList<>();

  private record Route(String method, List<String> pattern, Endpoint endpoint) {}

  /// Who serves a request, and what stands for the names in its path.
  record Match(Endpoint endpoint, Map<String, String> names) {}

  /// @param pattern such as `/api/findings/{uid}`
  public Router add(String method, String pattern, Endpoint endpoint) {
    routes.add(new Route(method, elements(pattern), endpoint));
    return this;
  }

  /// Every route as `METHOD pattern`.
  public List<String> routes() {
    return routes.stream().map(r -> r.method + " " + String.join("/", r.pattern)).toList();
  }

  /// @param path decoded once, absolute
  /// @throws Refusal when nothing stands there, or not for this method
  Match match(String method, String path) throws Refusal {
    List<String> elements = elements(path);
    var allowed = new TreeSet<String>();
    for (Route route : routes) {
      Map<String, String> names = names(route.pattern, elements);
      if (names != null) {
        if (route.method.equals(method) || (method.equals("HEAD") && route.method.equals("GET"))) {
          return new Match(route.endpoint, names);
        }
        allowed.add(route.method);
      }
    }
    if (allowed.isEmpty()) {
      throw Refusal.notFound();
    }
    throw Refusal.of(405, "method_not_allowed", "only " + String.join(", ", allowed) + " here");
  }

  private static @Nullable Map<String, String> names(List<String> pattern, List<String> path) {
    if (pattern.size() != path.size()) {
      return null;
    }
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < pattern.size(); i++) {
      String wanted = pattern.get(i);
      if (wanted.startsWith("{")) {
        if (path.get(i).isEmpty()) {
          return null;
        }
        names.put(wanted.substring(1, wanted.length() - 1), path.get(i));
      } else if (!wanted.equals(path.get(i))) {
        return null;
      }
    }
    return names;
  }

  private static List<String> elements(String path) {
    return List.of(path.split("/", -1));
  }
}
