package io.graftwatch.collector.console;

import io.graftwatch.collector.console.view.AuditView;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Audit;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.text.Visible;
import java.util.List;

/// Who did what, the latest first; of one subject with `subject=` in the address, and `agent=` when
/// it is a finding.
final class AuditPage {
  private static final int ROWS = 100;

  private final Audit audit;
  private final Pages pages;

  AuditPage(Audit audit, Pages pages) {
    this.audit = audit;
    this.pages = pages;
  }

  Reply page(Call call, Person who) throws Refusal, StoreException {
    String subject = call.query("subject");
    String asked = call.query("agent");
    String agent = asked == null ? "" : asked;
    String after = call.query("before");
    long before =
        after == null ? Long.MAX_VALUE : Numbers.require(after, 0, Long.MAX_VALUE, "the entry");
    List<Audit.Entry> found =
        subject == null ? audit.all(before, ROWS + 1) : audit.of(subject, agent, before, ROWS + 1);
    List<Audit.Entry> rows = found.subList(0, Math.min(ROWS, found.size()));
    String more = null;
    if (found.size() > ROWS) {
      more =
          Links.to("/settings/audit")
              .with("subject", subject)
              .with("agent", agent)
              .with("before", String.valueOf(rows.getLast().id()))
              .toString();
    }
    var view =
        new AuditView(
            rows.stream().map(entry -> row(entry.act(), call.now())).toList(),
            subject == null ? "" : Visible.line(subject),
            more);
    return pages.page(call, who, 200, "audit.jte", "Audit log", "settings", view);
  }

  private static AuditView.Row row(Act act, long now) {
    return new AuditView.Row(
        InboxPage.when(act.at(), now),
        Visible.line(act.who()),
        Visible.line(act.action()),
        Visible.line(act.subject()),
        Links.to("/settings/audit")
            .with("subject", act.subject())
            .with("agent", act.agentId())
            .toString(),
        Visible.line(act.detail()));
  }
}
