package io.graftwatch.core.run;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import org.tinylog.Logger;

/// What is asked of the running agent from outside. The JDK has no supported way to hear SIGHUP,
/// and its own handling of SIGTERM ends the process with 143; `sun.misc.Signal` is asked by
/// reflection, in this class alone, and where it is missing the JVM's defaults stay.
final class Signals {
  enum Wish {
    STOP,
    RELOAD
  }

  private Signals() {}

  /// Puts a wish into the queue whenever a signal comes.
  static void listen(BlockingQueue<Wish> wishes) {
    Map.of("TERM", Wish.STOP, "INT", Wish.STOP, "HUP", Wish.RELOAD)
        .forEach((name, wish) -> {
          try {
            handle(name, () -> wishes.offer(wish));
          } catch (ReflectiveOperationException e) {
            Logger.debug("Signal {} keeps its default: {}", name, e.toString());
          }
        });
  }

  @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself only
  private static void handle(String name, Runnable action) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Object proxy =
        Proxy.newProxyInstance(
            Signals.class.getClassLoader(),
            new Class<?>[] {handler},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "handle" -> {
                    action.run();
                    yield null;
                  }
                  case "equals" -> self == arguments[0];
                  case "hashCode" -> System.identityHashCode(self);
                  default -> "Signals";
                });
    var _ =
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
  }
}
