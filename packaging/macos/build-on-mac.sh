#!/bin/sh
# On a Mac, in an unpacked archive: makes the runtime from a JDK 25 that is there, and a .pkg beside
# this script. Everything below is optional.
#   --sign IDENTITY      "Developer ID Application: …": signs programs and libraries, hardened
#   --sign-pkg IDENTITY  "Developer ID Installer: …": signs the package
#   --notarize PROFILE   has Apple check it, with what `notarytool store-credentials` keeps as PROFILE
# Not signed, a .pkg installs by `sudo installer -pkg FILE -target /`, and the Finder refuses it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
say() { echo "build-on-mac.sh: $*" >&2; }
die() {
  say "$*"
  exit 1
}
sign='' sign_pkg='' profile=''
while [ $# -gt 0 ]; do
  case $1 in
  --sign) sign=${2:?an identity} ;;
  --sign-pkg) sign_pkg=${2:?an identity} ;;
  --notarize) profile=${2:?a profile} ;;
  *)
    sed -n '2,7s/^# *//p' "$0" >&2
    exit 2
    ;;
  esac
  shift 2
done
[ "$(uname -s)" = Darwin ] || die "this has to run on a Mac"
[ -r "$here/macos/product" ] || die "this has to run in an unpacked archive of ./graftwatch package macos-…"
version='' target='' modules=''
# shellcheck source=/dev/null
. "$here/macos/product"
case $(uname -m) in arm64) machine=macos-aarch64 ;; *) machine=macos-x64 ;; esac
[ "$machine" = "$target" ] || die "the archive is for $target, and this is $machine"

# --- the runtime ---
JAVA_HOME=${JAVA_HOME:-$(/usr/libexec/java_home -v 25+ 2>/dev/null || true)}
[ -x "$JAVA_HOME/bin/jlink" ] || die "no JDK 25 with jlink found: brew install openjdk@25, or set JAVA_HOME"
release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$JAVA_HOME/release")
[ "${release:-0}" -ge 25 ] || die "$JAVA_HOME is a JDK ${release:-of no known version}; it takes 25 or newer"
rm -rf "$here/runtime"
"$JAVA_HOME/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages \
  --output "$here/runtime"
rm -f "$here/runtime/bin/keytool" "$here/runtime/lib/classlist" "$here/runtime/lib/jrt-fs.jar"
# The launcher finds its runtime by where it lies, not by its name.
mv "$here/runtime/bin/java" "$here/runtime/bin/graftwatch"
"$here/runtime/bin/graftwatch" "@$here/jvm.args" --version >&2 || die "the runtime does not run"

# --- the package ---
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -n "$sign" ]; then
  find "$here/runtime" "$here/native" -type f \( -name '*.dylib' -o -name '*.jnilib' -o -perm -100 \) \
    -exec codesign --force --timestamp --options runtime --entitlements "$here/macos/entitlements.plist" \
    --sign "$sign" {} +
fi
sh "$here/install.sh" --root "$work/root"
mkdir "$work/scripts"
cp "$here/macos/preinstall" "$here/macos/postinstall" "$work/scripts/"
chmod 755 "$work/scripts/"*
package=$here/graftwatch-$version-$target.pkg
pkgbuild --root "$work/root" --scripts "$work/scripts" --identifier io.graftwatch.agent \
  --version "$version" --ownership recommended ${sign_pkg:+--sign "$sign_pkg"} "$package" >&2
if [ -n "$profile" ]; then
  xcrun notarytool submit "$package" --keychain-profile "$profile" --wait >&2
  xcrun stapler staple "$package" >&2
fi
say "made $package; ./install.sh installs without it"
