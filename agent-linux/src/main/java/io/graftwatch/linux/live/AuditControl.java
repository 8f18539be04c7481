package io.graftwatch.linux.live;

import io.graftwatch.linux.kernel.DeniedException;
import io.graftwatch.linux.kernel.MessageBatch;
import io.graftwatch.linux.kernel.Netlink;
import io.graftwatch.linux.kernel.NetlinkSocket;
import io.graftwatch.linux.kernel.Waiter;
import io.graftwatch.linux.rules.RuleData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Asks the kernel about audit and changes its rules, over a netlink socket of its own. It never
/// registers as the audit daemon, never changes the failure mode, never locks. Belongs to one
/// thread.
public final class AuditControl implements AutoCloseable {
  private static final int GET = 1000;
  private static final int SET = 1001;
  private static final int ADD_RULE = 1011;
  private static final int DEL_RULE = 1012;
  private static final int LIST_RULES = 1013;

  private static final int EPERM = 1;
  private static final int ENOENT = 2;
  private static final int EEXIST = 17;

  private static final int ANSWER_MILLIS = 900;
  private static final int MAX_RULES = 4096;

  private final NetlinkSocket socket;
  private final Waiter waiter;
  private final MessageBatch batch = new MessageBatch(16, 12 * 1024);
  private int seq;

  private AuditControl(NetlinkSocket socket) throws IOException {
    this.socket = socket;
    this.waiter = new Waiter(socket);
  }

  public static AuditControl open() throws IOException {
    NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.AUDIT, 0);
    try {
      return new AuditControl(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /// What state audit is in.
  ///
  /// @throws DeniedException without CAP_AUDIT_CONTROL
  public AuditStatus status() throws IOException {
    var answer = new AtomicReference<@Nullable AuditStatus>();
    converse(
        GET,
        0,
        new byte[0],
        (type, offset, length) -> {
          if (type == GET) {
            answer.set(AuditStatus.parse(batch.bytes(), offset, length));
          }
          return type == GET;
        });
    AuditStatus status = answer.get();
    if (status == null) {
      throw new IOException("audit status: the kernel's answer is not understood");
    }
    return status;
  }

  void enable() throws IOException {
    set(AuditStatus.MASK_ENABLED, 1);
  }

  void disable() throws IOException {
    set(AuditStatus.MASK_ENABLED, 0);
  }

  void backlogLimit(int records) throws IOException {
    set(AuditStatus.MASK_BACKLOG_LIMIT, records);
  }

  void backlogWaitTime(int ticks) throws IOException {
    set(AuditStatus.MASK_BACKLOG_WAIT_TIME, ticks);
  }

  private void set(int mask, int value) throws IOException {
    acknowledged(SET, AuditStatus.change(mask, value), "audit status");
  }

  /// All rules that are loaded, foreign ones too, in the kernel's order.
  public List<RuleData> rules() throws IOException {
    var rules = new ArrayList<RuleData>();
    converse(
        LIST_RULES,
        0,
        new byte[0],
        (type, offset, length) -> {
          RuleData rule = type == LIST_RULES ? RuleData.parse(batch.bytes(), offset, length) : null;
          if (rule != null && rules.size() < MAX_RULES) {
            rules.add(rule);
          }
          return type == Netlink.DONE;
        });
    return rules;
  }

  /// Loads a rule; one that is loaded already is left alone. (The kernel itself takes a rule that
  /// asks to be first any number of times: compare with [#rules] before.)
  ///
  /// @return whether it was new
  public boolean add(RuleData rule) throws IOException {
    return acknowledged(ADD_RULE, rule.bytes(), "add " + rule) != EEXIST;
  }

  /// Deletes a rule; one that is not loaded is no error.
  ///
  /// @return whether it was there
  public boolean delete(RuleData rule) throws IOException {
    return acknowledged(DEL_RULE, rule.bytes(), "delete " + rule) != ENOENT;
  }

  /// @return 0, or the errno that is no failure of this request
  private int acknowledged(int type, byte[] payload, String what) throws IOException {
    int errno = converse(type, Netlink.ACK, payload, (_, _, _) -> false);
    boolean fine =
        errno == 0
            || (type == ADD_RULE && errno == EEXIST)
            || (type == DEL_RULE && errno == ENOENT);
    if (!fine) {
      throw new IOException(what + ": refused by the kernel (errno " + errno + ")");
    }
    return errno;
  }

  @FunctionalInterface
  private interface Answer {
    /// @return whether this was the last message of the answer
    boolean message(int type, int offset, int length);
  }

  /// Sends a request and reads until its last answer or error.
  ///
  /// @return 0, or the errno that the kernel answered
  private int converse(int type, int flags, byte[] payload, Answer answer) throws IOException {
    seq++;
    socket.send(Netlink.message(type, Netlink.REQUEST | flags, seq, payload));
    while ((waiter.await(ANSWER_MILLIS) & 1) != 0) {
      int count = batch.receive(socket);
      for (int i = 0; i < count; i++) {
        Integer result = batch.fromKernel(i) ? result(i, answer) : null;
        if (result != null) {
          if (result == EPERM) {
            throw new DeniedException("audit request " + type + ": not permitted");
          }
          return result;
        }
      }
    }
    throw new IOException(
        "audit request " + type + ": no answer (the agent is not in the initial pid namespace?)");
  }

  /// @return the errno when datagram i ends the conversation, else null
  private @Nullable Integer result(int i, Answer answer) {
    var end = new Integer[1];
    ByteBuffer bytes = batch.bytes();
    Netlink.each(
        bytes,
        batch.offset(i),
        batch.length(i),
        (type, number, offset, length) -> {
          if (number != seq || end[0] != null) {
            return;
          }
          if (type == Netlink.ERROR) {
            end[0] = Netlink.errno(bytes, offset, length);
          } else if (answer.message(type, offset, length)) {
            end[0] = 0;
          }
        });
    return end[0];
  }

  @Override
  public void close() {
    waiter.close();
    socket.close();
  }
}
