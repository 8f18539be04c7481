# shellcheck shell=sh
# Runtime images.

# The folder of TARGET's jmods as the environment gives it; empty for none.
jmods_of() {
  name=$(printf %s "$1" | tr 'a-z-' 'A-Z_')
  eval "printf %s \"\${JMODS_$name:-}\""
}

# Whether an image of TARGET can be made.
runtime_possible() { [ "$1" = "$(here)" ] || [ -n "$(jmods_of "$1")" ]; }

# Makes the runtime image of TARGET with MODULES in folder TO: no debug symbols, no tools but java.
# The modules file stays uncompressed, because packages compress it better.
image() {
  target=$1 modules=$2 to=$3
  set -- --add-modules "$modules" --strip-debug --no-header-files --no-man-pages \
    --dedup-legal-notices=error-if-not-same-content --output "$to"
  jmods=$(jmods_of "$target")
  if [ -n "$jmods" ]; then
    name=$(printf %s "$target" | tr 'a-z-' 'A-Z_')
    eval "expected=\${JMODS_${name}_SHA256:-}"
    actual=$("$root/packaging/jmods-sha256" "$jmods")
    [ "$actual" = "$expected" ] ||
      die "the jmods of $target in $jmods have SHA-256 $actual, and JMODS_${name}_SHA256 says '$expected'"
    set -- --module-path "$jmods" "$@"
  fi
  rm -rf "$to"
  "$JAVA_HOME/bin/jlink" "$@"
  # What only tools and development environments read.
  rm -f "$to"/bin/keytool* "$to/lib/classlist" "$to/lib/jexec" "$to/lib/jrt-fs.jar"
  case $target in
  linux-x64)
    # Symbol tables are 5 MB of libjvm.so.
    find "$to" -type f \( -name '*.so' -o -path '*/bin/*' -o -name jspawnhelper \) \
      -exec strip --strip-unneeded {} +
    ;;
  esac
  find "$to" -type f -exec chmod 644 {} +
  find "$to" -type d -exec chmod 755 {} +
  for program in "$to"/bin/* "$to/lib/jspawnhelper"; do
    [ ! -e "$program" ] || chmod 755 "$program"
  done
}
