#!/bin/sh
# `./graftwatch test package` and `./graftwatch test vm`, on the packages that `./graftwatch package`
# made. They install nothing on this machine; what they lack is said.
set -eu
: "${root:?}"
export root
case $1 in
package) tests='macos chroot' ;;
vm) tests=vm ;;
esac
for test in $tests; do
  "$root/packaging/test/$test.sh"
done
