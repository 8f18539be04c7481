#!/bin/sh
# The agent's package in a booted Debian 12 with systemd, under software emulation without a graphics
# or newer instruction set, the collector on this machine: the unit runs and feeds its watchdog, an
# attack on Apache arrives at the collector, a kill and a reboot lose nothing, a purge leaves nothing.
# Needs root (to make the tree), qemu, mmdebstrap, e2fsprogs and socat. The tree is kept in a cache.
set -eu
: "${root:?}"
# shellcheck source=lib.sh
. "$root/packaging/test/lib.sh"
need mmdebstrap qemu-system-x86_64 mke2fs socat
[ "$(id -u)" = 0 ] || die "this test needs root"
failed=0

base=$cache/vm
if [ ! -e "$base.made" ]; then
  say "making a Debian 12 system in $base (once)"
  rm -rf "$base"
  mkdir -p "$cache"
  mmdebstrap --variant=minbase --aptopt='Acquire::Languages "none"' \
    --include=systemd-sysv,udev,dbus,linux-image-cloud-amd64,auditd,apache2,procps,iproute2 \
    bookworm "$base" >"$cache/vm.log" 2>&1 || die "mmdebstrap: $(tail -n 3 "$cache/vm.log")"
  touch "$base.made"
fi

top=$(mktemp -d)
collector="" machine=""
end() {
  status=$?
  trap - EXIT
  [ -z "$machine" ] || kill "$machine" 2>/dev/null || true
  [ -z "$collector" ] || kill "$collector" 2>/dev/null || true
  [ "$status" = 0 ] || tail -n 40 "$top"/*.log >&2 || true
  umount -l "$top/root" 2>/dev/null || true
  rm -rf "$top"
  exit "$status"
}
trap end EXIT
trap 'exit 130' INT TERM

# --- the collector, here ---
mkdir -m 700 "$top/state"
cat >"$top/collector.toml" <<TOML
[collector]
name = "localhost"
state_dir = "$top/state"
[agents]
listen = "127.0.0.1"
port = 18444
[console]
listen = "127.0.0.1"
port = 19444
TOML
"$root/graftwatch" collector run --config "$top/collector.toml" >"$top/collector.log" 2>&1 &
collector=$!
await "the collector runs" 120 grep -q 'state in' "$top/collector.log"

# --- the machine ---
mkdir "$top/upper" "$top/work" "$top/root"
mount -t overlay overlay -o "lowerdir=$base,upperdir=$top/upper,workdir=$top/work" "$top/root"
r=$top/root
mkdir -p "$r/test"
cp "$packages"/graftwatch_*_amd64.deb "$r/test/agent.deb"
cp "$root/packaging/test/guest.sh" "$r/test/"
"$root/graftwatch" collector token create --config "$top/collector.toml" 2>/dev/null |
  grep -o 'gw1[^ ]*' >"$r/test/token"
echo web01 >"$r/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 web01\n' >"$r/etc/hosts"
chroot "$r" a2enmod -q cgid >/dev/null
chown 33 "$r/usr/lib/cgi-bin"
cat >"$r/etc/systemd/system/test.service" <<'UNIT'
[Unit]
After=multi-user.target
[Service]
ExecStart=/bin/sh /test/guest.sh
StandardOutput=file:/dev/ttyS0
StandardError=file:/dev/ttyS0
[Install]
WantedBy=graphical.target
UNIT
mkdir -p "$r/etc/systemd/system/graphical.target.wants"
ln -s ../test.service "$r/etc/systemd/system/graphical.target.wants/"
ln -sf /lib/systemd/system/graphical.target "$r/etc/systemd/system/default.target"
mke2fs -q -t ext4 -d "$r" "$top/disk" 2g

# Westmere has no AVX: what starts on it starts on every server of the last fifteen years.
began=$(date +%s)
qemu-system-x86_64 -machine q35 -accel tcg,thread=multi -cpu Westmere -smp 2 -m 1024 \
  -display none -serial "file:$top/console.log" -monitor none \
  -kernel "$(echo "$base"/boot/vmlinuz-*)" -initrd "$(echo "$base"/boot/initrd.img-*)" \
  -append "root=/dev/vda rw console=ttyS0 audit=1 net.ifnames=0 quiet" \
  -drive "file=$top/disk,if=virtio,format=raw,cache=unsafe" -device virtio-net-pci,netdev=n \
  -netdev "user,id=n,restrict=on,guestfwd=tcp:10.0.2.100:18444-cmd:socat STDIO TCP4:127.0.0.1:18444,guestfwd=tcp:10.0.2.100:19444-cmd:socat STDIO TCP4:127.0.0.1:19444" &
machine=$!
deadline=$((began + 1500))
while kill -0 "$machine" 2>/dev/null; do
  [ "$(date +%s)" -lt "$deadline" ] || die "the machine does not come to an end"
  sleep 1
done
machine=
took=$(($(date +%s) - began))
sed -n 's/\r$//; s/^GW //p' "$top/console.log" >&2
grep -q '^GW done' "$top/console.log" || die "the machine did not get through"
if grep '^GW FAILED' "$top/console.log" >/dev/null; then die "see above"; fi
figure "seconds from power on to power off, one reboot between" "$took" 240 120
exposure=$(sed -n 's/^GW exposure \([0-9.]*\).*/\1/p' "$top/console.log" | head -n 1)
bar "systemd-analyze security, every source on" "$exposure" 3.0 2.4
exposure=$(sed -n 's/^GW exposure-three \([0-9.]*\).*/\1/p' "$top/console.log" | head -n 1)
bar "the same with three capabilities" "$exposure" 2.2 2.2
number() { sed -n "s/^GW $1 \([0-9.]*\).*/\1/p" "$top/console.log" | tail -n 1; }
figure "charged to its cgroup, MB" "$(number cgroup)" 80 60
figure "resident, MB" "$(number resident)" 88 76
[ "$failed" = 0 ] || die "a bar was missed"
