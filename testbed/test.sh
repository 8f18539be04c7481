#!/bin/sh
# `./graftwatch test [NAME…]`: without a name what continuous integration runs. The launcher sets
# root and JAVA_HOME. Installs nothing; says at the end what was skipped and why. With CI=true a
# test that skips although this machine has what it needs is a failure.
set -eu
cd "$root"

# Prints "class.method<tab>reason" for each skipped test of this run.
skipped() {
  find . -path '*/target/*-reports/TEST-*.xml' -newer "$started" -exec awk '
    function value(name,   at, rest) {
      at = index($0, " " name "=\"")
      if (!at) return ""
      rest = substr($0, at + length(name) + 3)
      rest = substr(rest, 1, index(rest, "\"") - 1)
      gsub(/&quot;/, "\"", rest); gsub(/&apos;/, "\047", rest); gsub(/&lt;/, "<", rest)
      gsub(/&gt;/, ">", rest); gsub(/&#10;/, " ", rest); gsub(/&amp;/, "\\&", rest)
      return rest
    }
    /<testcase / { test = value("classname") "." value("name") }
    /<skipped/ { sub(/.*<skipped/, " <skipped"); print test "\t" value("message") }
  ' {} +
}

# Whether this machine has what a skipped test says it needs; a reason in other words counts as met.
met() {
  case $1 in
  *"needs root"*) [ "$(id -u)" = 0 ] ;;
  *"needs kernel audit"*) [ "$(id -u)" = 0 ] && auditctl -s >/dev/null 2>&1 ;;
  *"needs ../shared"*) [ -d "$root/../shared" ] ;;
  *"needs the program "*)
    program=${1##*needs the program }
    program=${program%%[ ,;:.]*}
    command -v "$program" >/dev/null || ls /usr/lib/postgresql/*/bin/"$program" >/dev/null 2>&1
    ;;
  esac
}

# Sums the numbers of this run's reports: "passed failed skipped".
totals() {
  find . -path '*/target/*-reports/TEST-*.xml' -newer "$started" -exec awk '
    function number(name,   at, rest) {
      at = index($0, " " name "=\"")
      rest = substr($0, at + length(name) + 3)
      return at ? rest + 0 : 0
    }
    /<testsuite / {
      bad = number("failures") + number("errors")
      failed += bad; skipped += number("skipped")
      passed += number("tests") - bad - number("skipped")
    }
    END { print passed + 0, failed + 0, skipped + 0 }
  ' {} + | awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }'
}

# Runs Maven, then says what was skipped and sums up.
suite() {
  status=0
  started=$(mktemp)
  mvn -B -ntp -fae "$@" </dev/null || status=1
  list=$(mktemp)
  skipped | sort >"$list"
  if [ -s "$list" ]; then
    printf '\nSkipped:\n'
    while IFS='	' read -r test reason; do
      printf '  %s: %s\n' "$test" "${reason:-no reason given}"
      if [ "${CI:-}" = true ] && met "$reason"; then
        printf '    and this machine has what it needs: a failure\n'
        status=1
      fi
    done <"$list"
  fi
  read -r passed failed skips <<TOTALS
$(totals)
TOTALS
  rm -f "$started" "$list"
  [ "$failed" = 0 ] || status=1
  [ "$status" = 0 ] || printf '\nFAILED\n'
  printf '\n%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skips"
  return "$status"
}

if [ $# = 0 ]; then
  suite verify
  exit
fi
for name in "$@"; do
  case $name in
  peers | faults | fuzz | soak)
    if grep -rqs "@Tag(\"$name\")" ./*/src/test; then
      profile=
      [ "$name" != peers ] || profile=-Ppeers
      suite verify $profile "-Dgroups=$name" -DexcludedGroups= -Dsurefire.failIfNoSpecifiedTests=false
    else
      echo "graftwatch test: there are no $name tests yet" >&2
      exit 1
    fi
    ;;
  *)
    echo "graftwatch test: there is no '$name'; names are peers, faults, fuzz, soak, package, vm" >&2
    exit 2
    ;;
  esac
done
