package io.graftwatch.collector.store;

import io.graftwatch.delivery.enrol.HostFacts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How agents are: their heartbeats, what is wrong, and what has been told of it. Times are
/// milliseconds since the epoch.
public interface Vitals {
  /// Keeps an agent's latest heartbeat with what it says, in one commit.
  ///
  /// @return as in [Findings.Appended#storedSequence]
  long beat(String agentId, Deflated heartbeat, long now, Judge judge) throws StoreException;

  /// Says what a heartbeat means; a pure function, called within the commit.
  @FunctionalInterface
  interface Judge {
    /// @param before null for the first heartbeat
    /// @param certificate its newest one; null for an agent that is not known
    /// @param arrived how many of the agent's records have arrived
    /// @param open what was wrong until now
    Judgement of(
        @Nullable Vital before,
        @Nullable Certificate certificate,
        long arrived,
        List<Condition> open);
  }

  /// @param made 0 when it was not noted
  record Certificate(long made, long expires) {}

  /// @param holds everything that is wrong now
  /// @param returned how an agent that was silent came back; empty when it was not
  record Judgement(Vital vital, List<Condition> holds, String returned) {
    public Judgement {
      holds = List.copyOf(holds);
    }
  }

  /// Notes that a staged attack was found on this agent's host.
  void proven(String agentId, long now) throws StoreException;

  /// Whether two hosts beat under this agent's certificate.
  boolean cloned(String agentId, long now) throws StoreException;

  List<Host> hosts(HostQuery query) throws StoreException;

  /// @param lastSeen of the latest heartbeat, 0 when there was none
  /// @param provenAt when a staged attack was last found there, 0 for never
  /// @param heartbeat null when there was none
  /// @param wrong what is wrong with it, one sentence each without full stop
  record Host(
      String id,
      HostFacts facts,
      String group,
      HostState state,
      long enrolledAt,
      long certificateExpires,
      long storedSequence,
      long lastSeen,
      long provenAt,
      @Nullable Deflated heartbeat,
      List<String> wrong) {
    public Host {
      wrong = List.copyOf(wrong);
    }
  }

  /// What each host sees that has not been revoked, by name.
  List<Sight> sights(int limit) throws StoreException;

  /// @param sees a JSON list of [io.graftwatch.delivery.finding.Heartbeat.Coverage]; empty when it
  ///   has not been heard
  record Sight(String hostname, String sees) {}

  /// Hosts in each state, those without any left out.
  Map<HostState, Long> counts(Horizon horizon) throws StoreException;

  /// Opens a condition for each agent that has fallen silent, and ends those of agents that are
  /// refused.
  void notice(Horizon horizon) throws StoreException;

  /// Everything that is wrong or has just ceased to be, at most `limit`.
  List<Condition> conditions(int limit) throws StoreException;

  /// Stores what is told together with the memory of it, in one commit.
  ///
  /// @param told conditions as they are from now on
  /// @param over conditions that are forgotten
  void settle(List<FindingRecord> findings, List<Condition> told, List<Condition> over, long now)
      throws StoreException;
}
