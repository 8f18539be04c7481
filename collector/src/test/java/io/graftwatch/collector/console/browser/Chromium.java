package io.graftwatch.collector.console.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives a test the browser, which all tests share: it takes seconds to start.
final class Chromium implements ParameterResolver {
  private static final List<Path> PROGRAMS =
      List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"));
  private static final List<String> QUIET =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--disable-dev-shm-usage",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private record Running(Playwright driver, Browser browser) implements AutoCloseable {
    static Running start(Path program) {
      var driver =
          Playwright.create(
              new Playwright.CreateOptions()
                  .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
      var options = new BrowserType.LaunchOptions().setExecutablePath(program).setArgs(QUIET);
      return new Running(driver, driver.chromium().launch(options));
    }

    @Override
    public void close() {
      browser.close();
      driver.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Browser.class;
  }

  @Override
  public Browser resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Stream<Path> found = PROGRAMS.stream().filter(Files::isExecutable);
    Path program = found.findFirst().orElse(null);
    Assumptions.assumeTrue(program != null, "needs the program chromium");
    return context
        .getRoot()
        .getStore(Namespace.create(Chromium.class))
        .computeIfAbsent(Running.class, _ -> Running.start(program), Running.class)
        .browser();
  }
}
