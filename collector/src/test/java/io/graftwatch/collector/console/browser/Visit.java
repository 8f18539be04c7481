package io.graftwatch.collector.console.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import io.graftwatch.collector.store.Person.Role;
import io.graftwatch.collector.support.TestCollector;
import java.util.ArrayList;
import java.util.List;

/// A signed-in reader of the console. What no page may ever do is collected, and asked for at the
/// end.
final class Visit implements AutoCloseable {
  static final int PHONE = 390;
  static final int DESK = 1280;

  private final String console;
  private final BrowserContext context;
  private final Page page;
  private final List<String> offences = new ArrayList<>();

  private Visit(Browser browser, String console, ColorScheme theme, int width) {
    this.console = console;
    context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setIgnoreHTTPSErrors(true)
                .setColorScheme(theme)
                .setViewportSize(width, 900));
    context.onRequest(request -> {
      if (!request.url().startsWith(console + "/")) {
        offences.add("asked for " + request.url());
      }
    });
    context.onConsoleMessage(message -> {
      if (message.type().equals("error")) {
        offences.add("said " + message.text());
      }
    });
    context.onDialog(dialog -> {
      offences.add("opened a dialog: " + dialog.message());
      dialog.dismiss();
    });
    context.onWebError(error -> offences.add("failed with " + error.error()));
    page = context.newPage();
  }

  /// Somebody who has signed in, and may do everything.
  static Visit signedIn(Browser browser, TestCollector collector, ColorScheme theme, int width)
      throws Exception {
    var visit = new Visit(browser, collector.consoleUrl(), theme, width);
    visit.context.addCookies(
        List.of(
            new Cookie("__Host-graftwatch", collector.session(Role.ADMIN))
                .setUrl(collector.consoleUrl())
                .setSecure(true)
                .setHttpOnly(true)));
    visit.open("/");
    return visit;
  }

  Page page() {
    return page;
  }

  /// Opens a page, which must be there.
  Page open(String path) {
    Response response = page.navigate(console + path);
    assertThat(response.status()).as(path).isEqualTo(200);
    return page;
  }

  /// Everything on the page that a reader or a reading machine gets as text.
  String text() {
    return (String) page.evaluate("document.documentElement.textContent");
  }

  /// What makes the page wider than the window, outermost first.
  List<?> overhanging() {
    return (List<?>)
        page.evaluate(
            """
            document.documentElement.scrollWidth <= innerWidth ? [] :
              [...document.querySelectorAll("body *:not(.drawing *, table *)")]
                .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
                .slice(0, 8).map((e) => e.outerHTML.slice(0, 160))
            """);
  }

  /// What happened that no page may do: a script of somebody else, a request elsewhere, an error.
  List<String> offences() {
    return offences;
  }

  @Override
  public void close() {
    context.close();
  }
}
