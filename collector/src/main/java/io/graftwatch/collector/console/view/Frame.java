package io.graftwatch.collector.console.view;

import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Person.Role;

/// What every page has.
///
/// @param section of the navigation, empty for none
/// @param who looks at it; nobody has an empty name
/// @param csrf what every form brings back in its hidden field of that name
/// @param style address of the style sheet
/// @param theme address of the script that runs before the first paint
/// @param script address of the script for keys and times
/// @param mark address of the mark
public record Frame(
    String title,
    String section,
    Person who,
    String csrf,
    String style,
    String theme,
    String script,
    String mark) {
  public boolean analyst() {
    return who.may(Role.ANALYST);
  }

  public boolean admin() {
    return who.may(Role.ADMIN);
  }
}
