package io.graftwatch.collector.console;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.console.view.StorageView;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.keep.Disk;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Retention;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.text.Spans;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/// How much is stored, how long it is kept, what goes within the week and what has gone.
final class StoragePage {
  private static final int DAYS = 30;
  private static final Duration SOON = Duration.ofDays(7);

  private final Retention retention;
  private final Config.Keep keep;
  private final Disk disk;
  private final Pages pages;

  StoragePage(Retention retention, Config.Keep keep, Disk disk, Pages pages) {
    this.retention = retention;
    this.keep = keep;
    this.disk = disk;
    this.pages = pages;
  }

  Reply page(Call call, Person who) throws StoreException {
    long now = call.now();
    Retention.Space space = retention.space();
    Retention.Due due = retention.due(keep.cut(now + SOON.toMillis()));
    long oldOpen = retention.due(keep.cut(now)).openAlerts();
    List<StorageView.Kept> kept =
        List.of(
            new StorageView.Kept("Closed alerts", life(keep.alerts()), count(due.alerts())),
            new StorageView.Kept(
                "Records below Medium", life(keep.records()), count(due.records())),
            new StorageView.Kept("Audit log", life(keep.audit()), count(due.acts())));
    long free = disk.free(now);
    var view =
        new StorageView(
            megabytes(space.bytes()),
            space.free() == 0 ? "" : megabytes(space.free()),
            free == Long.MAX_VALUE ? "" : megabytes(free),
            megabytes(disk.floor()),
            disk.isShort(now),
            kept,
            oldOpen == 0 ? "" : count(oldOpen),
            retention.removed(DAYS).stream().map(StoragePage::row).toList());
    return pages.page(call, who, 200, "storage.jte", "Storage", "settings", view);
  }

  private static StorageView.Gone row(Retention.Day day) {
    return new StorageView.Gone(
        Instant.ofEpochMilli(day.day()).atOffset(ZoneOffset.UTC).toLocalDate().toString(),
        count(day.incidents()),
        count(day.findings()),
        count(day.acts()));
  }

  private static String life(Duration life) {
    return Spans.of(life.toMillis());
  }

  private static String count(long number) {
    String digits = String.format(Locale.ROOT, "%,d", number);
    return number < Retention.COUNTED ? digits : "over " + digits;
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
  }
}
