package io.graftwatch.core.detect;

import org.jspecify.annotations.Nullable;

/// A fact matched a code; not weighed yet.
///
/// @param code name of the code
/// @param base probability to start from instead of the catalogue's; -1 = the catalogue's
/// @param benign 1, or what site or catalogue knowledge leaves of it
/// @param pattern what the baseline learns it by
/// @param component the component that it is about, null when it is about the instance
/// @param subject what it is about
record Sign(
    String code,
    double base,
    double benign,
    String pattern,
    @Nullable ComponentName component,
    Subject subject) {
  /// What knowledge of site, catalogue or package database leaves of evidence.
  static final double KNOWN = 0.1;

  /// How a sign names a component.
  ///
  /// @param stem see [Component#stem]
  /// @param path the component's own file
  /// @param registration the file that registers it
  record ComponentName(String stem, @Nullable String path, @Nullable String registration) {
    static ComponentName file(String path) {
      return new ComponentName(Component.stem(path), path, null);
    }

    /// A script or archive is known by its whole path.
    static ComponentName script(String path) {
      return new ComponentName(path, path, null);
    }
  }

  static Sign of(String code, double benign, String pattern, Subject subject) {
    return new Sign(code, -1, benign, pattern, null, subject);
  }

  Sign about(ComponentName name) {
    return new Sign(code, base, benign, pattern, name, subject);
  }

  Sign from(double newBase) {
    return new Sign(code, newBase, benign, pattern, component, subject);
  }
}
