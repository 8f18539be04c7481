package io.graftwatch.collector.console.view;

import java.util.List;

/// Processes by descent, as a nested list and as a drawing of the same.
///
/// @param width of the drawing in its own units
/// @param height of the drawing
public record Tree(List<Node> roots, List<Box> boxes, List<Line> lines, int width, int height) {
  /// @param codes evidence that names this process
  public record Node(
      String name, String pid, String command, List<String> codes, List<Node> children) {
    public Node {
      codes = List.copyOf(codes);
      children = List.copyOf(children);
    }
  }

  /// A process in the drawing.
  public record Box(int x, int y, int width, String name, String pid, String codes) {
    public String style() {
      return codes.isEmpty() ? "box" : "box marked";
    }

    public int textX() {
      return x + 12;
    }

    public int nameY() {
      return y + 20;
    }

    public int pidY() {
      return y + 36;
    }

    public int endX() {
      return x + width - 12;
    }
  }

  /// From a parent to its child.
  ///
  /// @param path SVG path data
  public record Line(String path) {}

  public Tree {
    roots = List.copyOf(roots);
    boxes = List.copyOf(boxes);
    lines = List.copyOf(lines);
  }
}
