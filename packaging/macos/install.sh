#!/bin/sh
# Installs the agent from this unpacked archive, or a newer one over an older: `sudo ./install.sh`.
# Configuration, state and keys are left as they are. `--root FOLDER` lays the files out below FOLDER
# and does nothing else, as a package needs them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
home=/Library/Graftwatch
die() {
  echo "install.sh: $*" >&2
  exit 1
}
root=
case ${1:-} in
'') [ "$(id -u)" = 0 ] || die "it needs root: sudo $0" ;;
--root) root=${2:?a folder} ;;
*)
  echo "usage: install.sh [--root FOLDER]" >&2
  exit 2
  ;;
esac
[ -x "$here/runtime/bin/graftwatch" ] ||
  die "this archive has no runtime; ./build-on-mac.sh makes one from a JDK 25 of this Mac"

umask 022
# Beside the old one, so that what is there is always whole.
new=$root$home.new
rm -rf "$new"
mkdir -p "$new/lib" "$new/bin" "$root/Library/LaunchDaemons" "$root/etc/paths.d"
while read -r jar; do cp "$here/lib/$jar" "$new/lib/"; done <"$here/macos/agent.classpath"
cp -R "$here/runtime" "$here/native" "$new/"
for file in jvm.args replay.args tinylog.properties LICENSE NOTICE THIRD-PARTY-NOTICES sbom.cdx.json; do
  cp "$here/$file" "$new/"
done
cp "$here/macos/tinylog-service.properties" "$here/macos/graftwatch.toml" "$new/"
install -m 755 "$here/macos/graftwatch" "$new/bin/graftwatch"
install -m 755 "$here/uninstall.sh" "$new/uninstall.sh"
{
  echo "# Where things lie; jvm.args says how they run."
  echo "-Djna.boot.library.path=$home/native"
  echo "-Djna.nounpack=true"
  echo "-Dtinylog.configuration=$home/tinylog.properties"
  echo "-XX:ErrorFile=/Library/Logs/Graftwatch/crash.log"
  echo "-cp $(sed "s|^|$home/lib/|" "$here/macos/agent.classpath" | paste -s -d : -)"
} >"$new/paths.args"

[ -n "$root" ] || sh "$here/macos/preinstall"
rm -rf "$root$home"
mv "$new" "$root$home"
install -m 644 "$here/macos/io.graftwatch.agent.plist" "$root/Library/LaunchDaemons/"
echo "$home/bin" >"$root/etc/paths.d/graftwatch"
if [ -z "$root" ]; then
  chown -R root:wheel "$home" /Library/LaunchDaemons/io.graftwatch.agent.plist /etc/paths.d/graftwatch
  sh "$here/macos/postinstall"
  echo "The agent runs. In a new shell: sudo graftwatch doctor"
  echo "To let it see every program that a server starts, give Full Disk Access (System Settings,"
  echo "Privacy & Security) to $home/runtime/bin/graftwatch, and restart it:"
  echo "  sudo launchctl kickstart -k system/io.graftwatch.agent"
fi
