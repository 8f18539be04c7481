package io.graftwatch.linux.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AuditRulesTest {
  private static final HostFacts DEBIAN =
      new HostFacts(
          Abi.X86_64,
          List.of(33),
          List.of("/usr/sbin/nginx"),
          List.of(Place.folder("/usr/lib/nginx/modules")),
          List.of(Place.folder("/etc/nginx")),
          List.of(Place.folder("/var/www")),
          List.of(Place.folder("/etc/cron.d"), new Place("/etc/crontab", false)),
          "/etc/audit",
          null,
          4711,
          List.of());

  @Test
  void aDebianHostWithNginx() {
    assertThat(AuditRules.text(AuditRules.render(DEBIAN)))
        .isEqualTo(
            """
            ## Graftwatch's audit rules for this host, rendered from what exists on it.
            ## Load with: auditctl -R FILE   or as /etc/audit/rules.d/70-graftwatch.rules
            -c
            -A never,exit -F pid=4711 -k gw_self
            -A always,exit -F arch=b64 -S prctl -F a0=0x67726674 -k gw_canary
            -a always,exit -F arch=b64 -S execve,execveat -F success=1 -F auid=unset -k gw_exec
            -a always,exit -F arch=b32 -S execve,execveat -F success=1 -F auid=unset -k gw_exec
            -a always,exit -F arch=b64 -S execve,execveat -F success=1 -F uid=33 -k gw_exec
            -a always,exit -F arch=b32 -S execve,execveat -F success=1 -F uid=33 -k gw_exec
            -a always,exit -F arch=b64 -S connect -F saddr_fam=2 -F uid=33 -k gw_net
            -a always,exit -F arch=b64 -S connect -F saddr_fam=10 -F uid=33 -k gw_net
            -a always,exit -F arch=b64 -S sendto,sendmsg,sendmmsg -F saddr_fam=2 -F uid=33 -k gw_udp
            -a always,exit -F arch=b64 -S sendto,sendmsg,sendmmsg -F saddr_fam=10 -F uid=33 -k gw_udp
            -a always,exit -F arch=b64 -S bind -F saddr_fam=2 -F uid=33 -k gw_listen
            -a always,exit -F arch=b64 -S bind -F saddr_fam=10 -F uid=33 -k gw_listen
            -a always,exit -F arch=b32 -S connect,socketcall -F uid=33 -k gw_net
            -a always,exit -F arch=b64 -S io_uring_setup -F uid=33 -k gw_iouring
            -a always,exit -F arch=b64 -S memfd_create -F uid=33 -k gw_memfd
            -a always,exit -F arch=b64 -S ptrace,process_vm_writev -F uid=33 -k gw_inject
            -a always,exit -F arch=b64 -S connect -F saddr_fam=2 -F uid=0 -F exe=/usr/sbin/nginx -k gw_net
            -a always,exit -F arch=b64 -S connect -F saddr_fam=10 -F uid=0 -F exe=/usr/sbin/nginx -k gw_net
            -a always,exit -F dir=/usr/lib/nginx/modules -F perm=wa -k gw_mod
            -a always,exit -F dir=/etc/nginx -F perm=wa -k gw_cfg
            -a always,exit -F dir=/var/www -F perm=wa -F uid=33 -k gw_web
            -a always,exit -F dir=/etc/cron.d -F perm=wa -k gw_persist
            -a always,exit -F path=/etc/crontab -F perm=wa -k gw_persist
            -a always,exit -F dir=/etc/audit -F perm=wa -k gw_tamper
            """);
  }

  @Test
  void aPackagedRuntimeIsExcludedByItsPathAndNotByAPid() {
    var packaged =
        new HostFacts(
            Abi.AARCH64,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            null,
            "/usr/lib/graftwatch/runtime/bin/java",
            -1,
            List.of());
    assertThat(AuditRules.text(AuditRules.render(packaged.withPid(4711))).lines().skip(3))
        .containsExactly(
            "-A never,exit -F exe=/usr/lib/graftwatch/runtime/bin/java -k gw_self",
            "-A always,exit -F arch=b64 -S prctl -F a0=0x67726674 -k gw_canary",
            "-a always,exit -F arch=b64 -S execve,execveat -F success=1 -F auid=unset -k gw_exec",
            "-a always,exit -F arch=b32 -S execve,execveat -F success=1 -F auid=unset -k gw_exec");
  }

  @Test
  void narrowRulesNameOnlyTheStandIn() {
    assertThat(
            AuditRules.narrow(
                    Abi.X86_64, 0, "/tmp/gw/httpd", 99, List.of("/tmp/gw/modules"), "gwd_")
                .stream()
                .map(AuditRule::text))
        .containsExactly(
            "-A always,exit -F arch=b64 -S prctl -F a0=0x67726674 -k gwd_canary",
            "-a always,exit -F arch=b64 -S execve,execveat -F success=1 -F ppid=99 -k gwd_exec",
            "-a always,exit -F arch=b32 -S execve,execveat -F success=1 -F ppid=99 -k gwd_exec",
            "-a always,exit -F arch=b64 -S connect -F saddr_fam=2 -F uid=0 -F exe=/tmp/gw/httpd -k"
                + " gwd_net",
            "-a always,exit -F arch=b64 -S connect -F saddr_fam=10 -F uid=0 -F exe=/tmp/gw/httpd -k"
                + " gwd_net",
            "-a always,exit -F dir=/tmp/gw/modules -F perm=wa -k gwd_mod");
  }
}
