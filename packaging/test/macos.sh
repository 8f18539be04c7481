#!/bin/sh
# The archive of macOS in a root that looks like a Mac's, with stand-ins for its programs and this
# machine's JDK in place of a Mac's: a runtime and a .pkg are made, installed, run as launchd would,
# replaced and removed without a trace. Needs root and python3. It says nothing of a real Mac.
set -eu
: "${root:?}"
# shellcheck source=lib.sh
. "$root/packaging/test/lib.sh"
need python3 unshare shellcheck
[ "$(id -u)" = 0 ] || die "this test needs root"
if [ $# = 0 ]; then
  top=$(mktemp -d)
  status=0
  unshare -m "$0" "$top" || status=$?
  rmdir "$top"
  exit $status
fi
top=$1
mount -t tmpfs tmpfs "$top" # of this namespace only: it goes with it
mac=$top/mac
agent=
end() {
  status=$?
  trap - EXIT
  [ -z "$agent" ] || kill "$agent" 2>/dev/null || true
  [ "$status" = 0 ] || tail -n 20 "$top"/*.log "$mac"/calls >&2 2>/dev/null || true
  exit "$status"
}
trap end EXIT
trap 'exit 130' INT TERM

# --- what is in the archive ---
say "macOS archive"
shellcheck -s sh "$root"/packaging/macos/*.sh "$root"/packaging/macos/graftwatch "$root"/packaging/macos/*install
GRAFTWATCH_PACKAGES=$top/packages "$root/graftwatch" package macos-x64 2>"$top/package.log"
archive=$(echo "$top"/packages/*.tar.gz)
case $archive in *-macos-x64-test.tar.gz) ;; *) die "without a runtime it is a test, and is called $archive" ;; esac
mkdir "$mac"
tar -C "$mac" -xzf "$archive"
archive=/$(basename "$archive" .tar.gz)
python3 - "$mac$archive/macos/io.graftwatch.agent.plist" "$mac$archive/macos/entitlements.plist" <<'PYTHON' || die "a plist is wrong"
import plistlib, sys, xml.dom.minidom
for name in sys.argv[1:]:
    xml.dom.minidom.parse(name)
with open(sys.argv[1], "rb") as file:
    job = plistlib.load(file, fmt=plistlib.FMT_XML)
assert sys.argv[1].endswith("/" + job["Label"] + ".plist"), job["Label"]
assert job["RunAtLoad"] is True and job["KeepAlive"] == {"SuccessfulExit": False}, job
assert job["ProcessType"] == "Background" and job["ThrottleInterval"] == 10 and job["Umask"] == 0o077, job
assert job["ProgramArguments"][0] == "/Library/Graftwatch/runtime/bin/graftwatch", job
with open(sys.argv[2], "rb") as file:
    assert all(value is True for value in plistlib.load(file).values())
PYTHON
say "  ok: both property lists"

# --- a Mac ---
mkdir -p "$mac/usr" "$mac/proc" "$mac/dev" "$mac/tmp" "$mac/etc/paths.d" "$mac/stand-ins" "$mac/Library/LaunchDaemons" "$mac/Library/Logs" "$mac/Library/Application Support"
mount --bind /usr "$mac/usr"
mount --bind /proc "$mac/proc"
mount --bind /dev "$mac/dev"
for link in bin lib lib64 sbin; do [ ! -e "/$link" ] || ln -s "usr/$link" "$mac/$link"; done
printf 'root:x:0:0::/var/root:/bin/sh\n' >"$mac/etc/passwd"
printf 'root:x:0:\nwheel:x:1000:\n' >"$mac/etc/group"
stand_in() {
  { printf '#!/bin/sh\necho "%s $*" >>/calls\n' "$1" && cat; } >"$mac/stand-ins/$1"
  chmod 755 "$mac/stand-ins/$1"
}
stand_in uname <<'SH'
case $1 in -s) echo Darwin ;; -m) echo x86_64 ;; esac
SH
for program in launchctl pkgutil codesign xcrun; do stand_in "$program" </dev/null; done
stand_in pkgbuild <<'SH'
while [ $# -gt 1 ]; do
  case $1 in --root) payload=$2 ;; --scripts) scripts=$2 ;; esac
  shift 2
done
mkdir -p "$1"
cp -R "$payload" "$1/root"
cp -R "$scripts" "$1/scripts"
SH
stand_in log <<'SH'
case $1 in stream) echo 'Filtering the log data using "x"' && exec sleep 3600 ;; esac
SH
# What Installer does.
installer() {
  on_mac sh "$1/scripts/preinstall" "$1" / /
  cp -R "$mac$1/root/." "$mac/"
  on_mac sh "$1/scripts/postinstall" "$1" / /
}
on_mac() { chroot "$mac" env -i PATH=/stand-ins:/usr/bin:/bin JAVA_HOME="$JAVA_HOME" "$@"; }
called() { grep -q -- "$1" "$mac/calls" || die "nobody called $1: $(cat "$mac/calls")"; }
mac_portrait() (cd "$mac" && find etc Library -printf '%p %y %m %U:%G %l\n' | sort)
JAVA_HOME=${JAVA_HOME:-$(readlink -f "$(command -v javac)" | sed 's|/bin/javac$||')}
# Where a distribution has a link to the authorities, what it leads to.
authorities=$(readlink -f "$JAVA_HOME/lib/security/cacerts")
case $authorities in /usr/*) ;; *) install -D "$authorities" "$mac$authorities" ;; esac
mac_portrait >"$top/before"

say "build"
if on_mac "$archive/install.sh" 2>"$top/install.log"; then die "it installed itself without a runtime"; fi
grep -q 'build-on-mac.sh makes one' "$top/install.log" || die "it does not say what is missing"
# A Mac's library is of no use to this machine's JVM.
cp "$root/packaging/target/stage/native/linux-$(uname -m | tr _ -)/"*.so "$mac$archive/native/"
on_mac "$archive/build-on-mac.sh" --sign 'Developer ID Application: A B' \
  --sign-pkg 'Developer ID Installer: A B' --notarize kept >"$top/build.log" 2>&1
called '^codesign --force --timestamp --options runtime --entitlements .* --sign Developer ID Application: A B .*bin/graftwatch'
called '^pkgbuild .*--identifier io.graftwatch.agent .*--sign Developer ID Installer: A B'
called '^xcrun notarytool submit .*\.pkg --keychain-profile kept --wait'
called '^xcrun stapler staple'
[ ! -e "$mac$archive/runtime/bin/java" ] || die "the runtime has a launcher of another's name"
say "  ok: runtime and package, signed as asked for"

# --- installed, and run as launchd runs it ---
say "install"
installer "$archive/$(cd "$mac$archive" && echo *.pkg)"
called '^launchctl bootstrap system /Library/LaunchDaemons/io.graftwatch.agent.plist'
support="$mac/Library/Application Support/Graftwatch"
[ "$(stat -c %a "$support/state") $(stat -c %a "$support/graftwatch.toml")" = '700 644' ] || die "modes: $(ls -lR "$support")"
[ -z "$(find "$mac/Library/Graftwatch" -perm /022 ! -type l)" ] || die "others may write to the program"
cat >"$support/graftwatch.toml" <<TOML
[agent]
state_dir = "/Library/Application Support/Graftwatch/state"
[sources.unifiedlog]
command = "/stand-ins/log"
[sources.eslogger]
mode = "off"
TOML
python3 -c 'import plistlib, sys; print("\n".join(plistlib.load(open(sys.argv[1], "rb"))["ProgramArguments"]))' \
  "$mac/Library/LaunchDaemons/io.graftwatch.agent.plist" >"$top/arguments"
set --
while IFS= read -r argument; do set -- "$@" "$argument"; done <"$top/arguments"
start() {
  chroot "$mac" env -i JDK_JAVA_OPTIONS=-Dgraftwatch.platform=macos "$@" --config '/Library/Application Support/Graftwatch/graftwatch.toml' \
    >"$top/start.log" 2>&1 &
  agent=$!
}
status() { on_mac /Library/Graftwatch/bin/graftwatch status --config '/Library/Application Support/Graftwatch/graftwatch.toml'; }
reads() { status | grep -q '^  unifiedlog .* running'; }
start "$@"
await "the daemon reads the unified log" 60 reads
grep -q 'Watching as host' "$mac/Library/Logs/Graftwatch/agent.log" || die "its messages are not in its own log"
kill "$agent"
wait "$agent" || die "a stop in order is no 0"
agent=

# --- a newer one over it, then away ---
say "replace and remove"
on_mac "$archive/install.sh" >"$top/install.log"
called '^launchctl bootout system/io.graftwatch.agent'
grep -q stand-ins "$support/graftwatch.toml" || die "the configuration was overwritten"
[ "$(stat -c %u:%g "$mac/Library/Graftwatch/lib")" = 0:1000 ] || die "it is not root:wheel's"
on_mac sh /Library/Graftwatch/uninstall.sh
[ -d "$support/state/journal" ] || die "a removal took the state"
on_mac "$archive/install.sh" >>"$top/install.log"
on_mac sh /Library/Graftwatch/uninstall.sh --purge
mac_portrait >"$top/after"
diff "$top/before" "$top/after" >&2 || die "something is left behind"
say "  ok: nothing is left"
