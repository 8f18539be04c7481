package io.graftwatch.core.detect;

import io.graftwatch.core.fact.Image;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One component of a server, possibly an implant: what was placed and registered under one name.
///
/// File and registration seldom name each other (`mod_x.so` and `x.load`), so components are known
/// by the stem that both share.
final class Component {
  final String stem;
  final Aggregate evidence;

  /// Smallest path of the component's own file, null when only a registration is known.
  @Nullable String path;

  /// Smallest path of a file that registers it.
  @Nullable String registration;

  /// Last time that its file was removed, and that it was written; 0 = never.
  long removed;

  long written;

  Component(String stem) {
    this(stem, new Aggregate());
  }

  private Component(String stem, Aggregate evidence) {
    this.stem = stem;
    this.evidence = evidence;
  }

  /// What an instance knows of a component together with what is known of it for the kind of server
  /// in general; neither is changed.
  static Component merge(Component own, Component general) {
    var merged = new Component(own.stem, Aggregate.merge(own.evidence, general.evidence));
    merged.named(own.path, own.registration);
    merged.named(general.path, general.registration);
    merged.removed = Math.max(own.removed, general.removed);
    merged.written = Math.max(own.written, general.written);
    return merged;
  }

  /// What a reader knows it by: the file, else the registration, else the name.
  String shown() {
    return path != null ? path : registration != null ? registration : stem;
  }

  /// Whether another one, of which only the registration is known, is the registration of this one:
  /// `70-x.conf` may load a file of any name.
  boolean registeredAs(Component other) {
    return other.path == null
        && path != null
        && registration != null
        && registration.equals(other.registration);
  }

  boolean present() {
    return removed == 0 || written > removed;
  }

  /// Takes a path in; the smallest stays, so that order does not matter.
  void named(@Nullable String newPath, @Nullable String newRegistration) {
    if (newPath != null && (path == null || newPath.compareTo(path) < 0)) {
      path = newPath;
    }
    if (newRegistration != null
        && (registration == null || newRegistration.compareTo(registration) < 0)) {
      registration = newRegistration;
    }
  }

  /// The common stem of a component's file and of the files that register it:
  /// `/usr/lib/apache2/modules/mod_x.so`, `x.load`, `20-x.ini`, `50-mod-http-x.conf` and
  /// `ngx_http_x_module.so` give `x`.
  static String stem(String pathOrName) {
    String name = Image.fileName(pathOrName).toLowerCase(Locale.ROOT);
    int dot = name.indexOf('.');
    if (dot > 0) {
      name = name.substring(0, dot);
    }
    name = name.replace('-', '_');
    int digits = 0;
    while (digits < name.length() && Character.isDigit(name.charAt(digits))) {
      digits++;
    }
    if (digits > 0 && digits + 1 < name.length() && name.charAt(digits) == '_') {
      name = name.substring(digits + 1);
    }
    for (String prefix : new String[] {"libmod_", "mod_", "ngx_", "lib"}) {
      if (name.startsWith(prefix) && name.length() > prefix.length()) {
        name = name.substring(prefix.length());
        break;
      }
    }
    for (String part : new String[] {"http_", "stream_", "mail_"}) {
      if (name.startsWith(part) && name.length() > part.length()) {
        name = name.substring(part.length());
        break;
      }
    }
    if (name.endsWith("_module") && name.length() > "_module".length()) {
      name = name.substring(0, name.length() - "_module".length());
    }
    return name;
  }
}
