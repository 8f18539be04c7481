package io.graftwatch.collector.watch;

import io.graftwatch.collector.store.Condition;
import io.graftwatch.delivery.finding.Severity;

/// What is said of each kind of trouble. Sentences take host, since when, and what is known.
///
/// @param impairs whether an intruder may be behind it who blinds us
/// @param predicate of many agents: "212 of 215 agents …"
record Words(
    String analytic,
    String name,
    Severity severity,
    boolean impairs,
    String title,
    String sentence,
    String end,
    String meaning,
    String advice,
    String fleetTitle,
    String predicate,
    String fleetSentence) {

  static Words of(Condition.Kind kind) {
    return switch (kind) {
      case SILENT ->
          new Words(
              "GW-SILENT",
              "Agent silent",
              Severity.MEDIUM,
              true,
              "No word from %s",
              "%s has not been heard since %s and did not say that it stops: it crashed or was"
                  + " killed, or the host or the way to it is down. Last known: %s.",
              "%s: %s.",
              "A killed agent, a dead host and a broken way look alike from here. A clean stop says"
                  + " so and raises nothing.",
              "Is the host up? Then look at the agent there: systemctl status graftwatch, graftwatch"
                  + " doctor. If somebody stopped it, ask who was logged in at that time: whoever"
                  + " breaks in silences the watch first. A host that is gone for good: revoke its"
                  + " agent.",
              "Agents silent across the fleet",
              "have fallen silent",
              "So many at once are rather a network, a proxy or a power failure than so many"
                  + " crashes; what happens on these hosts meanwhile is not seen before they are"
                  + " back.");
      case CLONE ->
          new Words(
              "GW-CLONE",
              "One certificate, two hosts",
              Severity.HIGH,
              false,
              "Two hosts speak as %s",
              "Two hosts speak with the certificate of %s, since %s: %s. It is in quarantine: what"
                  + " both send is kept but cannot be told apart, and it gets no new certificate.",
              "%s has been one host again for an hour (%s).",
              "An image was taken of a host after it had enrolled, or its key was copied.",
              "Find both hosts by machine and boot id. Revoke the agent, delete trust/ in the state"
                  + " folder on both, enrol each with a token of its own. If no image was made, the"
                  + " key was stolen: treat the host as broken into.",
              "Cloned agents across the fleet",
              "share a certificate with another host",
              "An image of an enrolled host seems to have been rolled out.");
      case GAP ->
          new Words(
              "GW-GAP",
              "Findings missing",
              Severity.HIGH,
              false,
              "Findings of %s are missing",
              "Findings of %s have been missing since %s: %s.",
              "The findings of %s are complete again (%s).",
              "The agent holds receipts for findings that the store does not have, and they did not"
                  + " come.",
              "Was the store restored from a backup? Then the findings after it are gone here; the"
                  + " outputs may have them. Otherwise something between receipt and disk loses:"
                  + " look at the collector's log and its disk.",
              "Findings missing across the fleet",
              "miss findings that they hold receipts for",
              "That many at once mean that the store lost them: a restored backup, or a broken"
                  + " disk.");
      case LEDGER ->
          new Words(
              "GW-LEDGER",
              "Ledger does not close",
              Severity.MEDIUM,
              false,
              "The ledger of %s does not close",
              "The ledger of %s has not closed since %s: %s.",
              "The ledger of %s closes again (it was: %s).",
              "What was read must be parsed, malformed, filtered or lost; what was found must be"
                  + " delivered, waiting, set aside or dropped. A remainder is loss that nobody"
                  + " counted.",
              "Run graftwatch status and graftwatch journal verify on the host, and report it as a"
                  + " fault of ours.",
              "Ledgers open across the fleet",
              "have a ledger that does not close",
              "The same fault on so many hosts is rather one of a version of the agent.");
      case SOURCE ->
          new Words(
              "GW-SOURCE",
              "Source dead",
              Severity.MEDIUM,
              true,
              "A source of %s is dead",
              "A source of %s has given nothing since %s: %s.",
              "The source of %s works again (it was: %s).",
              "What this source would show is not seen.",
              "graftwatch doctor on the host names the cause and the command that mends it. Stopping"
                  + " a log is itself a step of an attack: look at who did it.",
              "Sources dead across the fleet",
              "have a dead source",
              "Look for a change that reached all of them: an update, a policy, a full disk.");
      case COVERAGE ->
          new Words(
              "GW-COVERAGE",
              "Sight lost",
              Severity.MEDIUM,
              true,
              "%s sees less than before",
              "%s has seen less than before since %s: %s.",
              "%s sees again what it saw before (it was: %s).",
              "What happens there meanwhile may not be found; that nothing is found says less.",
              "graftwatch doctor on the host names what is missing and the command that mends it.",
              "Sight lost across the fleet",
              "see less than before",
              "Look for a change that reached all of them: an update, audit rules, a policy.");
      case CLOCK ->
          new Words(
              "GW-CLOCK",
              "Clock off",
              Severity.LOW,
              false,
              "The clock of %s is off",
              "The clock of %s has been off since %s: %s.",
              "The clock of %s is right again (it was: %s).",
              "Times in its findings are off by as much, and so is their order among other hosts'.",
              "Start time synchronisation on the host.",
              "Clocks off across the fleet",
              "have a clock that differs from the collector's",
              "So many at once mean that it is rather the collector's own clock.");
      case CERTIFICATE ->
          new Words(
              "GW-CERTIFICATE",
              "Certificate not renewed",
              Severity.MEDIUM,
              false,
              "The certificate of %s is running out",
              "The certificate of %s has not been renewed in time, seen since %s: %s.",
              "%s has a new certificate (it was: %s).",
              "Without a valid certificate the agent is not let in: it keeps its findings and looks"
                  + " silent.",
              "graftwatch status on the host says what stands in the way of the renewal. A new token"
                  + " for graftwatch enroll mends it too.",
              "Certificates running out across the fleet",
              "have not renewed their certificate",
              "So many at once mean that the collector refuses to renew: look at its log.");
    };
  }
}
