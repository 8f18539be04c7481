# shellcheck shell=sh disable=SC2034 # used by those that read this
# What the package tests share. The caller sets root.
: "${root:?}"
packages=$root/packaging/target/packages
cache=${GRAFTWATCH_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/graftwatch}

say() { printf '%s\n' "$*" >&2; }
die() {
  say "FAILED: $*"
  exit 1
}

# Whether all PROGRAM… are here; what is missing is said.
need() {
  missing=
  for program in "$@"; do command -v "$program" >/dev/null || missing="$missing $program"; done
  [ -z "$missing" ] || die "this test needs$missing"
}

# Waits up to SECONDS until COMMAND… succeeds; WHAT is the expectation in words.
await() {
  what=$1 seconds=$2
  shift 2
  tries=$((seconds * 5))
  until "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || die "not within $seconds s: $what"
    sleep 0.2
  done
  say "  ok: $what"
}

# Fails unless NUMBER is at most MUST; says where it stands against AIM.
bar() {
  what=$1 number=$2 must=$3 aim=$4
  awk -v n="$number" -v must="$must" -v aim="$aim" -v what="$what" 'BEGIN {
    word = n <= aim ? "within the aim" : n <= must ? "within the bar, above the aim" : "ABOVE THE BAR"
    printf "  %-52s %8s  (bar %s, aim %s): %s\n", what, n, must, aim, word
    exit n <= must ? 0 : 1
  }' >&2 || failed=1
}

# The same without consequence: what hangs on how busy this machine is.
figure() ( bar "$@" )

# MB, of a million bytes, of FILE.
megabytes() { stat -c %s "$1" | awk '{ printf "%.1f", $1 / 1e6 }'; }

# What SYSTEM looks like: every file with owner, mode and content, accounts included. What other
# packages' databases, logs and caches hold is left out, and so are the account files' own backups.
portrait() (
  cd "$1" || exit
  find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./run -o -path ./tmp \
    -o -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/cache -o -path ./var/log/audit \
    -o -path ./var/log/apache2 \) -prune -o \( -type f ! -name 'passwd-' ! -name 'group-' \
    ! -name 'shadow-' ! -name 'gshadow-' ! -path './var/log/*.log' \
    -printf '%p %m %u:%g ' -exec sha256sum {} \; -o ! -type f -printf '%p %y %m %u:%g %l\n' \) |
    sort
)

# CPU seconds that process PID has taken.
cpu_seconds() { awk -v ticks="$(getconf CLK_TCK)" '{ print ($14 + $15) / ticks }' "/proc/$1/stat"; }

# How often the threads of process PID have waited.
waits() { cat "/proc/$1/task"/*/status | awk '/^voluntary_ctxt/ { n += $2 } END { print n }'; }

# Megabytes of process PID that are resident.
resident() { awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }

# What idle process PID costs, over 30 s.
idle() {
  cpu=$(cpu_seconds "$1") waited=$(waits "$1")
  sleep 30
  figure "idle, % of a core" "$(cpu_seconds "$1" | awk -v a="$cpu" '{ printf "%.2f", ($1 - a) / 30 * 100 }')" 0.5 0.2
  figure "idle, wake-ups a second" "$(waits "$1" | awk -v a="$waited" '{ printf "%.1f", ($1 - a) / 30 }')" 15 7
  figure "resident, MB" "$(resident "$1")" 88 76
  figure "threads" "$(awk '/^Threads/ { print $2 }' "/proc/$1/status")" 24 20
}
