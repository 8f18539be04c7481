#!/bin/sh
# Takes the agent off this Mac: `sudo /Library/Graftwatch/uninstall.sh`. Configuration, state, keys
# and logs stay for a later installation; with --purge they go, too.
set -eu
purge=
case ${1:-} in
'') ;;
--purge) purge=yes ;;
*)
  echo "usage: uninstall.sh [--purge]" >&2
  exit 2
  ;;
esac
[ "$(id -u)" = 0 ] || {
  echo "uninstall.sh: it needs root: sudo $0 $*" >&2
  exit 1
}
launchctl bootout system/io.graftwatch.agent 2>/dev/null || true
rm -f /Library/LaunchDaemons/io.graftwatch.agent.plist /etc/paths.d/graftwatch
rm -rf /Library/Graftwatch
pkgutil --forget io.graftwatch.agent >/dev/null 2>&1 || true
[ -z "$purge" ] || rm -rf "/Library/Application Support/Graftwatch" /Library/Logs/Graftwatch
