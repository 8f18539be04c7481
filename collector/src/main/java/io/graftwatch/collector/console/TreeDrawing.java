package io.graftwatch.collector.console;

import io.graftwatch.collector.console.view.Tree;
import java.util.ArrayList;
import java.util.List;

/// Draws a forest of processes: depth from left to right, a leaf a row, a parent at its first
/// child's row.
final class TreeDrawing {
  private static final int COLUMN = 184;
  private static final int BOX_WIDTH = 150;
  private static final int ROW = 58;
  private static final int BOX_HEIGHT = 46;
  private static final int MARGIN = 2;
  private static final int MAX_NAME = 16;
  private static final int MAX_CODES = 12;

  private final List<Tree.Box> boxes = new ArrayList<>();
  private final List<Tree.Line> lines = new ArrayList<>();
  private int rows;
  private int columns;

  private TreeDrawing() {}

  static Tree of(List<Tree.Node> roots) {
    var drawing = new TreeDrawing();
    for (Tree.Node root : roots) {
      drawing.place(root, 0);
    }
    return new Tree(
        roots,
        drawing.boxes,
        drawing.lines,
        (drawing.columns - 1) * COLUMN + BOX_WIDTH + 2 * MARGIN,
        (drawing.rows - 1) * ROW + BOX_HEIGHT + 2 * MARGIN);
  }

  /// @return the row of the node
  private int place(Tree.Node node, int depth) {
    columns = Math.max(columns, depth + 1);
    int row = node.children().isEmpty() ? rows++ : -1;
    var childRows = new ArrayList<Integer>();
    for (Tree.Node child : node.children()) {
      childRows.add(place(child, depth + 1));
    }
    if (row < 0) {
      row = childRows.getFirst();
    }
    int x = MARGIN + depth * COLUMN;
    for (int childRow : childRows) {
      lines.add(line(x + BOX_WIDTH, middle(row), x + COLUMN, middle(childRow)));
    }
    boxes.add(
        new Tree.Box(
            x,
            MARGIN + row * ROW,
            BOX_WIDTH,
            cut(node.name(), MAX_NAME),
            node.pid(),
            cut(String.join(" ", node.codes()), MAX_CODES)));
    return row;
  }

  private static int middle(int row) {
    return MARGIN + row * ROW + BOX_HEIGHT / 2;
  }

  private static Tree.Line line(int fromX, int fromY, int toX, int toY) {
    int bend = (fromX + toX) / 2;
    return new Tree.Line("M" + fromX + " " + fromY + " H" + bend + " V" + toY + " H" + (toX - 1));
  }

  private static String cut(String text, int max) {
    return text.length() <= max ? text : text.substring(0, max - 1) + "…";
  }
}
