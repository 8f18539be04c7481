#!/bin/sh
# `./graftwatch package [TARGET…]`: runtime images, archives and packages into
# packaging/target/packages, with their checksums. Targets: linux-x64 linux-aarch64 windows-x64
# macos-x64 macos-aarch64; without one, this machine's.
#
# An image for another system than this one is made from that system's jmods of the same JDK:
#   JMODS_LINUX_AARCH64=FOLDER JMODS_LINUX_AARCH64_SHA256=HEX ./graftwatch package linux-aarch64
# where HEX is what `packaging/jmods-sha256 FOLDER` prints where the folder can be trusted. Without
# them the archive has no runtime, and "test" in its name.
#
# The archive of macOS also installs the agent there: install.sh, after build-on-mac.sh where it has
# no runtime. GRAFTWATCH_PACKAGES is another folder for what is made.
#
# The launcher has built the stage, and sets root, stage and JAVA_HOME.
set -eu
umask 022
: "${root:?}" "${stage:?}" "${JAVA_HOME:?}"
export LC_ALL=C TZ=UTC
work=$root/packaging/target/work
out=${GRAFTWATCH_PACKAGES:-$root/packaging/target/packages}
source=$root/packaging/src/linux
version=$(sed -n 's|^ *<version>\(.*\)</version>|\1|p' "$root/pom.xml" | head -n 1)
built=$(sed -n 's|.*<project.build.outputTimestamp>\(.*\)<.*|\1|p' "$root/pom.xml")
SOURCE_DATE_EPOCH=$(date -d "$built" +%s 2>/dev/null || date -j -f %Y-%m-%dT%H:%M:%SZ "$built" +%s)
export SOURCE_DATE_EPOCH

say() { printf 'graftwatch package: %s\n' "$*" >&2; }
die() {
  say "$*"
  exit 1
}

# shellcheck source=lib/image.sh
. "$root/packaging/lib/image.sh"
# shellcheck source=lib/tree.sh
. "$root/packaging/lib/tree.sh"
# shellcheck source=lib/archive.sh
. "$root/packaging/lib/archive.sh"
# shellcheck source=lib/formats.sh
. "$root/packaging/lib/formats.sh"

# TARGET of the machine that builds.
here() {
  case $(uname -s) in
  Linux) system=linux ;;
  Darwin) system=macos ;;
  *) system=windows ;;
  esac
  case $(uname -m) in
  x86_64 | amd64) echo "$system-x64" ;;
  *) echo "$system-aarch64" ;;
  esac
}

# Everything for Linux TARGET: both programs in both formats, and the analysts' archive.
linux() {
  target=$1
  for product in agent collector; do
    [ -e "$source/$product/product" ] || continue
    (
      # shellcheck disable=SC1090,SC1091 # data
      . "$source/$product/product"
      tree "$target"
      deb "$target"
      rpm "$target"
    )
  done
}

[ $# -gt 0 ] || set -- "$(here)"
rm -rf "$work" "$out"
mkdir -p "$work" "$out"
for target in "$@"; do
  case $target in
  linux-x64 | linux-aarch64)
    if runtime_possible "$target"; then linux "$target"; fi
    archive "$target"
    ;;
  windows-x64 | macos-x64 | macos-aarch64) archive "$target" ;;
  *)
    say "there is no target '$target'; targets are linux-x64 linux-aarch64 windows-x64 macos-x64 macos-aarch64"
    exit 2
    ;;
  esac
done
(cd "$out" && sha256sum -- * >SHA256SUMS)
(cd "$out" && ls -l) >&2
