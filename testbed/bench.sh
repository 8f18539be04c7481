#!/bin/sh
# `./graftwatch bench [NAME…]`: each benchmark is an executable testbed/bench/NAME with a sentence
# about itself in its second line. Without a name lists them.
set -eu
if [ $# = 0 ]; then
  for bench in "$root"/testbed/bench/*; do
    [ -x "$bench" ] && [ -f "$bench" ] &&
      printf '  %-16s %s\n' "$(basename "$bench")" "$(sed -n '2s/^[#/ ]*//p' "$bench")"
  done
  exit 0
fi
for name in "$@"; do
  bench=$root/testbed/bench/$name
  case $name in */*) bench= ;; esac
  if [ ! -x "$bench" ] || [ ! -f "$bench" ]; then
    echo "graftwatch bench: there is no '$name'; without a name it lists them" >&2
    exit 2
  fi
  "$bench"
done
