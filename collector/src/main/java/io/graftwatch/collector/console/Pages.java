package io.graftwatch.collector.console;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.graftwatch.collector.console.view.Frame;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Person.Role;
import java.util.Map;

/// Fills templates, which the build has compiled.
final class Pages {
  /// Who looks at a page that needs no session.
  static final Person NOBODY = new Person("", Role.VIEWER);

  private static final int TYPICAL_CHARS = 32 * 1024;

  private final TemplateEngine templates =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, null, "io.graftwatch.collector.console.pages");
  private final Assets assets;

  Pages(Assets assets) {
    this.assets = assets;
  }

  /// @param section of the navigation that the page belongs to, empty for none
  Reply page(
      Call call,
      Person who,
      int status,
      String template,
      String title,
      String section,
      Object view) {
    var frame =
        new Frame(
            title,
            section,
            who,
            Gate.csrf(call),
            assets.href("console.css"),
            assets.href("theme.js"),
            assets.href("console.js"),
            assets.href("mark.svg"));
    var page = new StringOutput(TYPICAL_CHARS);
    templates.render(template, Map.of("frame", frame, "view", view), page);
    return Reply.html(status, page.toString());
  }
}
