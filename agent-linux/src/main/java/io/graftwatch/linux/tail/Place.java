package io.graftwatch.linux.tail;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A place in a file: everything before `offset` has been handed out.
///
/// @param file which file
/// @param offset bytes from its beginning
record Place(Identity file, long offset) {
  String text() {
    return file.text() + "@" + offset;
  }

  /// Reads a position as [LogTail#position] writes it: the oldest file first. What cannot be read
  /// is left out.
  static List<Place> parse(String text) {
    var places = new ArrayList<Place>();
    for (String one : text.split(";", -1)) {
      Place place = one(one);
      if (place != null) {
        places.add(place);
      }
    }
    return places;
  }

  private static @Nullable Place one(String text) {
    int at = text.indexOf('@');
    Identity file = at < 0 ? null : Identity.parse(text.substring(0, at));
    try {
      return file == null ? null : new Place(file, Long.parseLong(text.substring(at + 1)));
    } catch (NumberFormatException _) {
      return null;
    }
  }
}
