#!/bin/sh
# Runs in the booted machine of vm.sh, once after each of its two boots; talks on the console.
say() { echo "GW $*" >/dev/ttyS0; }
fail() {
  say "FAILED: $*"
  { journalctl --no-pager -u graftwatch -n 20; systemctl --no-pager status graftwatch; } |
    sed 's/^/GW   /' >/dev/ttyS0
  systemctl poweroff --no-wall
  exit 1
}
# Waits up to SECONDS for COMMAND…
await() {
  what=$1 tries=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || fail "not in time: $what"
    sleep 1
  done
  say "  ok: $what ($(cut -d ' ' -f 1 /proc/uptime) s after boot)"
}
active() { systemctl is-active --quiet graftwatch; }
status() { cat /run/graftwatch/status.json; }
findings() { status | sed -n "s/.*\"findings\":{[^}]*\"$1\":\([0-9]*\).*/\1/p"; }
acknowledged() { [ "$(findings acknowledged)" -ge "$1" ] && [ "$(findings spooled)" = 0 ]; }
exposure() { systemd-analyze security --no-pager graftwatch | sed -n 's/.*exposure level.*: \([0-9.]*\).*/\1/p'; }
shell() {
  bash -c 'exec 3<>/dev/tcp/127.0.0.1/80
    printf "POST /cgi-bin/status.cgi HTTP/1.0\r\nContent-Length: %d\r\n\r\n%s" ${#1} "$1" >&3; cat <&3' - "$1"
}

ip link set eth0 up && ip addr add 10.0.2.15/24 dev eth0
for port in 18444 19444; do
  systemd-run --quiet --unit="to-$port" systemd-socket-activate -l "127.0.0.1:$port" \
    /lib/systemd/systemd-socket-proxyd "10.0.2.100:$port"
done

if [ ! -e /test/booted ]; then
  touch /test/booted
  say "first boot, $(cut -d ' ' -f 1 /proc/uptime) s"
  ! command -v java >/dev/null || fail "there is a java in this system"
  # An emulated processor is some fifty times slower: here the agent may take what there is of it.
  mkdir -p /etc/systemd/system/graftwatch.service.d
  printf '[Service]\nCPUQuota=\nTimeoutStartSec=600\n' >/etc/systemd/system/graftwatch.service.d/emulated.conf
  dpkg -i /test/agent.deb >/test/dpkg.log 2>&1 || fail "$(tail -n 2 /test/dpkg.log)"
  graftwatch enroll --token-file /test/token >/test/enroll.log 2>&1 || fail "$(tail -n 1 /test/enroll.log)"
  printf '[collector]\n%s\n' "$(grep '^url' /test/enroll.log)" >/etc/graftwatch/graftwatch.toml
  systemctl restart graftwatch
  await "the unit is active" 400 active
  await "audit rules are loaded" 120 sh -c 'auditctl -l | grep -q gw_exec'
  setpriv --reuid=www-data --regid=www-data --clear-groups sh -c \
    'cat >/usr/lib/cgi-bin/status.cgi && chmod 755 /usr/lib/cgi-bin/status.cgi' <<'CGI'
#!/bin/sh
printf 'Content-type: text/plain\n\n'
/bin/sh -c "$(cat)"
CGI
  shell 'id; uname -a' | grep -q www-data || fail "the web shell does not answer"
  await "a finding is at the collector" 240 acknowledged 1
  say "exposure $(exposure)"
  mkdir -p /run/systemd/system/graftwatch.service.d
  cat >/run/systemd/system/graftwatch.service.d/three.conf <<'DROPIN'
[Service]
AmbientCapabilities=
AmbientCapabilities=CAP_AUDIT_READ CAP_DAC_READ_SEARCH CAP_SYS_PTRACE
CapabilityBoundingSet=
CapabilityBoundingSet=CAP_AUDIT_READ CAP_DAC_READ_SEARCH CAP_SYS_PTRACE
DROPIN
  systemctl daemon-reload
  say "exposure-three $(exposure)"
  rm -r /run/systemd/system/graftwatch.service.d
  systemctl daemon-reload
  pid=$(systemctl show -p MainPID --value graftwatch)
  say "resident $(awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$pid/status") MB," \
    "$(awk '/^Threads/ { print $2 }' "/proc/$pid/status") threads"
  group=/sys/fs/cgroup$(systemctl show -p ControlGroup --value graftwatch)
  say "cgroup $(awk '{ printf "%.1f", $1 / 1048576 }' "$group/memory.current") MB," \
    "peak $(awk '{ printf "%.1f", $1 / 1048576 }' "$group/memory.peak" 2>/dev/null)"
  grep -q '^oom_kill 0' "$group/memory.events" || fail "killed for memory"
  # More than one period of the watchdog without a restart: it was fed.
  await "it runs for longer than its watchdog waits" 200 sh -c \
    "[ \$((\$(cut -d . -f 1 /proc/uptime) - \$(systemctl show -p ActiveEnterTimestampMonotonic --value graftwatch) / 1000000)) -gt 130 ]"
  [ "$(systemctl show -p NRestarts --value graftwatch)" = 0 ] || fail "it was restarted"
  systemctl kill --signal=KILL graftwatch
  sleep 6
  await "it is back after a kill" 400 active
  systemctl reboot --no-wall
else
  say "second boot, $(cut -d ' ' -f 1 /proc/uptime) s"
  await "the unit is active" 400 active
  await "it has its numbers from before" 120 acknowledged 1
  before=$(findings created)
  shell 'id; uname -a' >/dev/null
  sleep 15
  [ "$(findings created)" = "$before" ] || say "revisions since the reboot: $(($(findings created) - before))"
  journalctl --no-pager -u graftwatch | grep -q 'open cases start anew' && fail "open cases were lost"
  say "  ok: its case is still open: the same attack is no second finding"
  rm -r /etc/systemd/system/graftwatch.service.d
  dpkg -P graftwatch >/test/dpkg.log 2>&1 || fail "$(tail -n 2 /test/dpkg.log)"
  systemctl --all --no-legend list-units | grep -q graftwatch && fail "a unit is left"
  getent passwd graftwatch && fail "the account is left"
  auditctl -l | grep -q gw_ && fail "audit rules are left"
  left=$(find / -xdev -name '*graftwatch*' -not -path '/test/*' -not -path '/var/lib/dpkg/*' -not -path '/proc/*')
  [ -z "$left" ] || fail "left behind: $left"
  say "  ok: the purge leaves nothing"
  say 'done'
  systemctl poweroff --no-wall
fi
