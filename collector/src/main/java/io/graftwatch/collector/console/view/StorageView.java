package io.graftwatch.collector.console.view;

import java.util.List;

/// The store and its disk.
///
/// @param size of the whole store
/// @param inside what of it is free for what comes next, empty for nothing or not known
/// @param free on the disk, empty when that is not ours to say
/// @param floor what stays free on the disk
/// @param full whether less is free than that
/// @param openAlerts how many are older than closed ones are kept, empty for none
/// @param gone the latest day first
public record StorageView(
    String size,
    String inside,
    String free,
    String floor,
    boolean full,
    List<Kept> kept,
    String openAlerts,
    List<Gone> gone) {
  /// @param life how long it is kept
  /// @param due how many go within the week
  public record Kept(String what, String life, String due) {}

  /// What was removed on a day.
  public record Gone(String day, String incidents, String findings, String acts) {}

  public StorageView {
    kept = List.copyOf(kept);
    gone = List.copyOf(gone);
  }
}
